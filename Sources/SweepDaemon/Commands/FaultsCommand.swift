import ArgumentParser
import SweepModel

/// For `scripts/torture`.
struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Print the names that SWEEPD_FAULT takes, one a line.", shouldDisplay: false)

    func run() throws {
        for name in Fault.names { StandardStream.output.print(name) }
    }
}
