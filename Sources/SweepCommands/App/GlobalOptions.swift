import ArgumentParser
import SweepClient

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one JSON value on standard output.")
    var json = false

    @Option(
        name: .long,
        help: ArgumentHelp("The daemon's socket, or tcp://HOST:PORT, https://HOST:PORT.", valueName: "path"),
        completion: .file())
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Over TCP: the file whose first line is the daemon's token.", valueName: "path"),
        completion: .file())
    var tokenFile: String?

    func discovery(_ console: Console) throws(ClientError) -> SocketDiscovery {
        var found = try SocketDiscovery.choose(
            option: socket, environment: console.environment, exists: FileAccess.exists)
        found.access = try ClientAccess.choose(
            for: found.address, option: tokenFile, environment: console.environment
        ) { path in try FileAccess.read(path, limit: ClientAccess.longestFile) }
        return found
    }

    func output(_ console: Console) -> Output { Output(format: json ? .json : .table, console: console) }
}
