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
        for summary in folder.dataDir.map({ DatasetLocator(dataFolder: $0).available() }) ?? [] {
            if let problem = summary.problem { console.note("\(summary.name): \(problem)") }
        }
    }

    /// What is there, and what could be fetched.
    static func local(_ folder: String) -> DatasetsReply {
        let there = DatasetLocator(dataFolder: folder).available()
        let missing = DatasetCatalog.entries.filter { entry in !there.contains { $0.name == entry.name } }
        let found = there.map { summary in
            let isSound = summary.problem == nil
            return DatasetReply(
                name: summary.name, location: summary.location, layout: summary.layout,
                trainSamples: isSound ? summary.trainSamples : nil, testSamples: isSound ? summary.testSamples : nil,
                bytes: summary.bytes)
        }
        let absent = missing.map {
            DatasetReply(name: $0.name, location: nil, layout: nil, trainSamples: nil, testSamples: nil, bytes: nil)
        }
        return DatasetsReply(dataDirectory: folder, datasets: found + absent)
    }
}
