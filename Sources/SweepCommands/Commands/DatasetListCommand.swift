import ArgumentParser
import SweepAPI
import SweepClient

struct DatasetListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the data sets that the daemon knows, and where they are.",
        discussion: """
              sweepctl dataset list
            """)

    @OptionGroup var globals: GlobalOptions

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.datasets()
        try output.show(reply) { page in DatasetText.list(reply, page) }
        return .done
    }
}

enum DatasetText {
    static func list(_ reply: DatasetsReply, _ page: Page) -> String {
        var table = Table([
            .init("NAME", importance: 99, narrowest: 12), .init("STATE", importance: 98),
            .init("TRAIN", .right, importance: 80), .init("TEST", .right, importance: 70),
            .init("SIZE", .right, importance: 60), .init("LAYOUT", importance: 40), .init("PLACE", importance: 50),
        ])
        for item in reply.datasets {
            table.add([
                Table.Cell(item.name),
                item.location == nil ? Table.Cell("missing", .warning) : Table.Cell("there", .good),
                Table.Cell(item.trainSamples.map { "\($0)" } ?? ""), Table.Cell(item.testSamples.map { "\($0)" } ?? ""),
                Table.Cell(item.bytes.map(Format.bytes) ?? ""), Table.Cell(item.layout ?? ""),
                Table.Cell(item.location ?? ""),
            ])
        }
        return "data folder \(Text.oneLine(reply.dataDirectory))\n"
            + (reply.datasets.isEmpty ? "" : "\n" + table.render(page))
    }

    /// `cifar10: sound, 50000 training and 10000 test images in /srv/data/cifar10 (binary)`.
    static func checked(_ item: DatasetReply) -> String {
        guard let location = item.location else {
            return "\(item.name): missing; `sweepctl dataset fetch \(item.name)`"
        }
        var text = "\(item.name): sound"
        if let train = item.trainSamples, let test = item.testSamples {
            text += ", \(train) training and \(test) test images"
        }
        return text + " in " + Text.oneLine(location) + (item.layout.map { " (\($0))" } ?? "")
    }
}
