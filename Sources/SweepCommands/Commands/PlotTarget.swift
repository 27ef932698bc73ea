import SweepAPI

/// Where a plot goes, and in which format.
struct PlotTarget: Equatable {
    /// Nil for standard output.
    var file: String?
    var format: PlotQuery.Format

    /// - Parameters:
    ///   - output: `--output`; `-` is standard output.
    ///   - format: `--format`; otherwise the file's extension says it.
    /// - Throws: ``CommandExit`` for a format that cannot be had there.
    init(output: String?, format: PlotQuery.Format?, kind: PlotKind, isTerminal: Bool) throws(CommandExit) {
        file = output == "-" ? nil : output
        if let format {
            self.format = format
        } else if let file {
            guard let known = Self.format(of: file) else {
                throw .usage("'\(file)' does not say which format it has; name it .svg, .png or .txt, or give --format")
            }
            self.format = known
        } else {
            self.format = .terminal
        }
        try Self.check(self.format, kind)
        if self.format == .png, file == nil, isTerminal {
            throw .usage("a PNG is no text for a terminal; give --output FILE, or take --format terminal")
        }
    }

    /// Refuses PNG for what is made of lines.
    static func check(_ format: PlotQuery.Format, _ kind: PlotKind) throws(CommandExit) {
        guard format == .png, !kind.isPicture else { return }
        let pictures = PlotKind.all.filter(\.isPicture).map(\.name).joined(separator: " and ")
        throw .usage("\(kind.name) is drawn in lines, only \(pictures) are made of pixels; take --format svg")
    }

    static func format(of file: String) -> PlotQuery.Format? {
        let name = file.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        return switch name[name.index(after: dot)...].lowercased() {
        case "svg": .svg
        case "png": .png
        case "txt": .terminal
        default: nil
        }
    }
}

extension PlotQuery.Format {
    /// Of a file's name.
    var fileExtension: String {
        switch self {
        case .svg: "svg"
        case .png: "png"
        case .terminal: "txt"
        }
    }
}
