import ArgumentParser
import SweepAPI
import SweepClient

/// A command that talks to the daemon.
protocol ClientCommand: AsyncParsableCommand {
    var globals: GlobalOptions { get }

    /// Does the work; a status other than `done` ends the program with it.
    func run(_ client: SweepClient, _ output: Output) async throws -> ExitStatus
}

extension ClientCommand {
    func run() async throws { try await runWithClient() }

    /// Opens a client and runs with it.
    func runWithClient() async throws {
        let console = Console.current
        let found = try globals.discovery(console)
        let output = globals.output(console)
        let status = try await SweepClient.with(found) { client in try await run(client, output) }
        if status != .done { throw CommandExit(status) }
    }
}

/// The number of a sweep or a trial on the command line.
enum Identifier {
    @Sendable static func sweep(_ text: String) throws -> Int64 {
        guard let id = positive(text) else {
            throw ValidationError("a sweep is named by its number, not by its name; `sweepctl status` lists them")
        }
        return id
    }

    @Sendable static func trial(_ text: String) throws -> Int64 {
        guard let id = positive(text) else {
            throw ValidationError("a trial is named by its number; `sweepctl trials SWEEP` lists them")
        }
        return id
    }

    private static func positive(_ text: String) -> Int64? {
        guard let id = Int64(text), id > 0 else { return nil }
        return id
    }
}

extension SweepClient {
    /// The sweep that was named, or the latest one.
    func latest(or sweep: Int64?) async throws -> Int64 {
        if let sweep { return sweep }
        guard let latest = try await sweeps(limit: 1).sweeps.first else {
            throw CommandExit(.notFound, "there is no sweep yet; submit one with `sweepctl submit FILE`")
        }
        return latest.sweep
    }
}
