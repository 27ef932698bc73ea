/// A small reader of HTML and SVG that finds tags that are not closed, ids that come twice, and the like.
struct MarkupCheck {
    private(set) var problems: [String] = []
    private(set) var ids: Set<String> = []
    /// Of links within the page, without their `#`.
    private(set) var targets: Set<String> = []
    /// Values of `src`, `href`, `xlink:href` and `action` that do not stay within the page.
    private(set) var outside: [String] = []
    private(set) var counts: [String: Int] = [:]
    /// Names of all attributes that stand anywhere.
    private(set) var attributes: Set<String> = []

    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]

    init(_ text: String) {
        var open: [String] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            if rest.hasPrefix("<!--") {
                guard let end = rest.firstRange(of: "-->") else {
                    problems.append("a comment without an end")
                    return
                }
                rest = rest[end.upperBound...]
                continue
            }
            guard let (tag, after) = Self.tag(rest) else {
                problems.append("no tag: \(rest.prefix(40))")
                return
            }
            rest = after
            if tag.name.hasPrefix("!") { continue }
            if tag.isEnd {
                if open.last == tag.name {
                    open.removeLast()
                } else {
                    problems.append("</\(tag.name)> closes <\(open.last ?? "nothing")>")
                    return
                }
                continue
            }
            note(tag)
            if tag.isEmpty || Self.void.contains(tag.name) { continue }
            open.append(tag.name)
            if tag.name == "style" || tag.name == "script", let end = rest.firstRange(of: "</\(tag.name)>") {
                rest = rest[end.lowerBound...]
            }
        }
        if !open.isEmpty { problems.append("left open: \(open.joined(separator: " "))") }
        for target in targets.sorted() where !ids.contains(target) { problems.append("nothing has the id \(target)") }
    }

    private mutating func note(_ tag: Tag) {
        counts[tag.name, default: 0] += 1
        for (name, value) in tag.attributes {
            attributes.insert(name)
            switch name {
            case "id":
                if !ids.insert(value).inserted { problems.append("the id \(value) comes twice") }
            case "href", "xlink:href", "src", "action":
                if value.hasPrefix("#") {
                    targets.insert(String(value.dropFirst()))
                } else if !value.hasPrefix("data:image/png;base64,") {
                    outside.append(value)
                }
            case "aria-labelledby", "aria-describedby":
                for id in value.split(separator: " ") { targets.insert(String(id)) }
            default: break
            }
        }
    }

    private struct Tag {
        var name = ""
        var isEnd = false
        var isEmpty = false
        var attributes: [(String, String)] = []
    }

    /// Reads one tag; nil when it is malformed: attributes must be quoted.
    private static func tag(_ text: Substring) -> (Tag, Substring)? {
        var rest = text.dropFirst()
        var tag = Tag()
        if rest.first == "/" {
            tag.isEnd = true
            rest = rest.dropFirst()
        }
        tag.name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "!" || $0 == "-" }).lowercased()
        guard !tag.name.isEmpty else { return nil }
        rest = rest.dropFirst(tag.name.count)
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard let next = rest.first else { return nil }
            if next == ">" { return (tag, rest.dropFirst()) }
            if next == "/" {
                tag.isEmpty = true
                rest = rest.dropFirst()
                continue
            }
            let name = rest.prefix { !"=>/ \n".contains($0) }
            guard !name.isEmpty, !name.contains("<"), !name.contains("\"") else { return nil }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else {
                tag.attributes.append((String(name), ""))
                continue
            }
            rest = rest.dropFirst()
            guard rest.first == "\"" else { return nil }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: "\"") else { return nil }
            let value = rest[..<end]
            guard !value.contains("<") else { return nil }
            tag.attributes.append((String(name), String(value)))
            rest = rest[rest.index(after: end)...]
        }
    }
}
