import SweepAPI

/// The plots that there are.
struct PlotList: Encodable {
    var sweep = SweepPlotKind.allCases.map { Entry(.sweep($0)) }
    var trial = TrialPlotKind.allCases.map { Entry(.trial($0)) }
    var daemon = [Entry(.workers)]

    struct Entry: Encodable {
        var plot: String
        var shows: String
        var png: Bool

        init(_ kind: PlotKind) { (plot, shows, png) = (kind.name, kind.summary, kind.isPicture) }
    }

    static func text(_ page: Page) -> String {
        let list = PlotList()
        let groups = [("of a sweep", list.sweep), ("of a trial", list.trial), ("of the daemon", list.daemon)]
        let width = PlotKind.all.reduce(0) { max($0, Text.width($1.name)) }
        return groups.map { title, entries in
            title + "\n"
                + entries.map { entry in
                    let name = entry.plot + String(repeating: " ", count: width - Text.width(entry.plot))
                    let line = "  \(name)  \(entry.shows)" + (entry.png ? " (also as PNG)" : "")
                    return (page.width.map { Text.fit(line, $0, mark: page.ellipsis) } ?? line) + "\n"
                }.joined()
        }.joined(separator: "\n")
    }
}
