import ArgumentParser
import SweepAPI
import SweepClient

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset",
        abstract: "List and check the data sets.",
        subcommands: [DatasetListCommand.self, DatasetCheckCommand.self],
        defaultSubcommand: DatasetListCommand.self)
}
