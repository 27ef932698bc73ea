import ArgumentParser
import SweepAPI
import SweepClient

struct DatasetCheckCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a data set whole and say whether it is sound.",
        discussion: """
              sweepctl dataset check cifar10
            """)

    @OptionGroup var globals: GlobalOptions

    @Argument(help: "The data set's name.")
    var name: String

    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus {
        let reply = try await client.checkDataset(name)
        try output.show(reply) { _ in DatasetText.checked(reply) }
        return reply.location == nil ? .notFound : .done
    }
}
