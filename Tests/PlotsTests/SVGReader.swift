import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What a parser of XML finds in a picture.
final class SVGReader: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        let classes: [Substring]
        /// All `translate`s around it and its own, added up.
        let origin: (x: Double, y: Double)
        var text = ""
        /// Of the `<title>` in it.
        var title: String?

        /// A coordinate within the picture; nil if there is none.
        func place(_ x: String = "x", _ y: String = "y") -> (x: Double, y: Double)? {
            guard let x = Double(attributes[x] ?? "0"), let y = Double(attributes[y] ?? "0") else { return nil }
            return (x + origin.x, y + origin.y)
        }

        func number(_ name: String) -> Double? { attributes[name].flatMap(Double.init) }
    }

    private(set) var elements: [Element] = []
    private(set) var error: String?
    private var open: [Int] = []

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() {
            error = error ?? "\(parser.parserError.map { "\($0)" } ?? "?") in line \(parser.lineNumber)"
        }
    }

    func all(_ name: String, class wanted: String? = nil) -> [Element] {
        elements.filter { element in
            element.name == name && (wanted.map { wanted in element.classes.contains { $0 == wanted } } ?? true)
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        var origin: (x: Double, y: Double) = open.last.map { elements[$0].origin } ?? (0, 0)
        if let transform = attributes["transform"], transform.hasPrefix("translate("),
            let end = transform.firstIndex(of: ")")
        {
            let parts = transform[..<end].dropFirst(10).split(separator: " ").compactMap { Double($0) }
            if parts.count == 2 { origin = (origin.x + parts[0], origin.y + parts[1]) }
        }
        elements.append(
            Element(
                name: name, attributes: attributes, classes: (attributes["class"] ?? "").split(separator: " "),
                origin: origin))
        open.append(elements.count - 1)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let index = open.last { elements[index].text += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let index = open.removeLast()
        if name == "title", let parent = open.last { elements[parent].title = elements[index].text }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
        error = "\(parseError) in line \(parser.lineNumber)"
    }
}
