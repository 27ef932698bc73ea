import ArgumentParser
import SweepClient

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON value on standard output.")
    var json = false

    @Option(
        name: .long,
        help: ArgumentHelp("The daemon's socket, or tcp://HOST:PORT.", valueName: "path"),
        completion: .file())
    var socket: String?

    func discovery(_ console: Console) throws(ClientError) -> SocketDiscovery {
        try SocketDiscovery.choose(option: socket, environment: console.environment, exists: FileAccess.exists)
    }

    func output(_ console: Console) -> Output { Output(format: json ? .json : .table, console: console) }
}
