import ArgumentParser
import Datasets
import SweepAPI
import SweepClient

struct DatasetCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a data set whole and say whether it is sound.",
        discussion: """
            Asks the daemon; with --data-dir reads that folder instead and also compares the files with the \
            published sums.

              sweepctl dataset check cifar10
              sweepctl dataset check cifar10 --data-dir /srv/data
            """)

    @OptionGroup var globals: GlobalOptions
    @OptionGroup var folder: DataFolderOptions

    @Argument(help: "The data set's name.")
    var name: String

    func run() async throws {
        let console = Console.current
        let output = globals.output(console)
        guard let dataDir = folder.dataDir else {
            let reply = try await SweepClient.with(globals.discovery(console)) {
                try await $0.checkDataset(name)
            }
            try output.show(reply) { _ in DatasetText.checked(reply) }
            return
        }
        let check = try DatasetLocator(dataFolder: dataDir).check(name)
        let reply = DatasetReply(
            name: check.name, location: check.location, layout: check.layout, trainSamples: check.trainSamples,
            testSamples: check.testSamples, bytes: check.files.reduce(0) { $0 + $1.bytes })
        try output.show(reply) { page in DatasetText.checked(check, page) }
    }
}
