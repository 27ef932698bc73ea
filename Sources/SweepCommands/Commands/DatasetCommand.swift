import ArgumentParser
import Datasets
import SweepAPI
import SweepClient

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "List, fetch and check the data sets.",
        discussion: """
              sweepctl dataset list
              sweepctl dataset fetch cifar10
            """,
        subcommands: [DatasetListCommand.self, DatasetFetchCommand.self, DatasetCheckCommand.self],
        defaultSubcommand: DatasetListCommand.self)
}

/// Where data sets are looked for, when not by the daemon.
struct DataFolderOptions: ParsableArguments {
    @Option(name: .long, help: "Look into this folder, without the daemon.", completion: .directory)
    var dataDir: String?
}

extension DatasetError {
    /// How a command that ends with this error exits.
    var exitStatus: SweepAPI.ExitStatus {
        switch code {
        case .notFound, .unknownName: .notFound
        case .invalidPath: .usage
        case .missingFile, .truncated, .wrongSize, .badLabel, .badValue, .badFormat, .unsupported, .tooFewSamples,
            .changed,
            .checksum, .download, .io:
            .failed
        }
    }
}
