import Foundation
import SweepAPI
import SweepClientTestKit
import Testing

@testable import SweepCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program itself, for what only a process has: signals, pipes, its exit status.
struct ProcessTests {
    /// Beside the test bundle.
    static let program: URL =
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        .map { $0.bundleURL.deletingLastPathComponent() }?.appendingPathComponent("sweepctl")
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("sweepctl")

    /// Starts the program; the status comes once it has ended.
    private func start(
        _ arguments: [String], socket: String, output: Pipe = Pipe(), error: Pipe = Pipe()
    ) throws -> (process: Process, status: AsyncStream<Int32>) {
        let (status, ended) = AsyncStream.makeStream(of: Int32.self)
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["SWEEPD_SOCKET": socket, "TERM": "dumb"]
        (process.standardOutput, process.standardError) = (output, error)
        process.terminationHandler = { process in
            ended.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
            ended.finish()
        }
        try process.run()
        return (process, status)
    }

    private func value(_ status: AsyncStream<Int32>) async -> Int32? { await status.first { _ in true } }

    private func text(_ pipe: Pipe) throws -> String {
        String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    @Test(arguments: [["follow", "1"], ["wait", "1"]], [SIGINT, SIGTERM])
    func aSignalEndsTheWatchingNotTheSweep(arguments: [String], signal: CInt) async throws {
        let answer: FakeDaemon.Answer = { request in
            request.path.hasPrefix("/v1/events")
                ? try .events([("sweep", nil, Samples.sweep())], end: .open) : try .json(Samples.sweep())
        }
        try await FakeDaemon.with(answer) { daemon in
            let error = Pipe()
            let (process, status) = try start(arguments, socket: daemon.path, error: error)
            for await request in daemon.arrivals where request.path.hasPrefix("/v1/events") { break }
            kill(process.processIdentifier, signal)
            #expect(await value(status) == 130)
            #expect(try text(error).contains("the sweep goes on"))
            #expect(daemon.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func aReaderThatHasGoneEndsTheProgramQuietly() async throws {
        let trials = (1...2000).map { Samples.trial($0) }
        let answer: FakeDaemon.Answer = { _ in try .json(TrialsReply(sweep: 1, trials: trials, nextOffset: nil)) }
        try await FakeDaemon.with(answer) { daemon in
            let (output, error) = (Pipe(), Pipe())
            let (_, status) = try start(["trials", "1"], socket: daemon.path, output: output, error: error)
            try output.fileHandleForReading.close()
            #expect(await value(status) == 0)
            #expect(try text(error).isEmpty)
        }
    }

    @Test(arguments: [(["--help"], Int32(0)), (["status"], Int32(5)), (["status", "--bogus"], Int32(2))])
    func theProcessExitsWithTheStatus(arguments: [String], status: Int32) async throws {
        let (_, ended) = try start(arguments, socket: "/nowhere/d.sock")
        #expect(await value(ended) == status)
    }
}
