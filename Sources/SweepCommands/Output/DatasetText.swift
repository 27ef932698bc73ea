import Datasets
import SweepAPI

enum DatasetText {
    static func list(_ reply: DatasetsReply, _ page: Page) -> String {
        var table = Table([
            .init("NAME", importance: 99, narrowest: 12), .init("STATE", importance: 98),
            .init("TRAIN", .right, importance: 80), .init("TEST", .right, importance: 70),
            .init("SIZE", .right, importance: 60), .init("LAYOUT", importance: 40), .init("PLACE", importance: 50),
        ])
        for item in reply.datasets {
            table.add([
                Table.Cell(item.name), state(item), Table.Cell(item.trainSamples.map { "\($0)" } ?? ""),
                Table.Cell(item.testSamples.map { "\($0)" } ?? ""),
                Table.Cell(item.bytes.map { $0 > 0 ? Format.bytes($0) : "" } ?? ""), Table.Cell(item.layout ?? ""),
                Table.Cell(item.location ?? ""),
            ])
        }
        let head = "data folder \(Text.oneLine(reply.dataDirectory))\n"
        return head + (reply.datasets.isEmpty ? "" : "\n" + table.render(page))
    }

    private static func state(_ item: DatasetReply) -> Table.Cell {
        if item.location == nil { return Table.Cell("missing", .dim) }
        return item.trainSamples == nil ? Table.Cell("unusable", .bad) : Table.Cell("there", .good)
    }

    /// `cifar10: sound, 50000 training and 10000 test images in /srv/data/cifar-10-batches-bin (binary)`.
    static func checked(_ item: DatasetReply) -> String {
        var text = "\(item.name): sound"
        if let train = item.trainSamples, let test = item.testSamples {
            text += ", \(train) training and \(test) test samples"
        }
        if let location = item.location, !location.isEmpty { text += " in " + Text.oneLine(location) }
        return text + (item.layout.map { " (\($0))" } ?? "")
    }

    /// A local check in full: files with their sums, and remarks.
    static func checked(_ check: DatasetCheck, _ page: Page) -> String {
        var facts = [
            ("data set", check.name), ("layout", check.layout),
            (
                "training",
                "\(check.trainSamples) samples of \(check.dimension) values, \(check.classNames.count) classes"
            ),
            ("test", "\(check.testSamples) samples"), ("digest", check.digest),
        ]
        if !check.location.isEmpty { facts.insert(("place", Text.oneLine(check.location)), at: 1) }
        var text = Facts.render(facts)
        var table = Table([
            .init("FILE", importance: 90), .init("SIZE", .right, importance: 60), .init("MD5", importance: 70),
            .init("PUBLISHED", importance: 80),
        ])
        for file in check.files {
            let isOfficial = file.official.map { $0 ? Table.Cell("yes", .good) : Table.Cell("no", .warning) }
            table.add([
                Table.Cell(file.name), Table.Cell(Format.bytes(file.bytes)), Table.Cell(file.md5), isOfficial ?? "",
            ])
        }
        if !check.files.isEmpty { text += "\n" + table.render(page) }
        for remark in check.remarks { text += "\n" + Text.oneLine(remark) + "\n" }
        return text
    }
}
