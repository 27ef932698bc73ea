import ArgumentParser
import Datasets
import SweepAPI
import SweepClient

struct DatasetListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the data sets and where they are.",
        discussion: """
            Asks the daemon; with --data-dir looks into that folder instead.

              sweepctl dataset list
              sweepctl dataset list --data-dir /srv/data
            """)

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var folder: DataFolderOptions

    func run() async throws {
        let console = Console.current
        let reply =
            if let dataDir = folder.dataDir { Self.local(dataDir) } else {
                try await SweepClient.with(globals.discovery(console)) { try await $0.datasets() }
            }
        try globals.output(console).show(reply) { page in DatasetText.list(reply, page) }
        for item in reply.datasets {
            if let problem = item.problem { console.note("\(item.name): \(problem)") }
        }
    }

    private static func local(_ folder: String) -> DatasetsReply {
        DatasetsReply(
            dataDirectory: folder,
            datasets: DatasetLocator(dataFolder: folder).listing().map {
                DatasetReply(
                    name: $0.name, location: $0.location, layout: $0.layout, trainSamples: $0.trainSamples,
                    testSamples: $0.testSamples, bytes: $0.bytes, problem: $0.problem)
            })
    }
}
