import Foundation

/// Runs the built programs, as a user would.
enum Tool {
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String

        /// Standard output as JSON.
        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(output.utf8))
        }
    }

    /// Where the programs of this build are: beside the tests.
    static let folder: URL = {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        // The runner may be the bundle itself or one of the toolchain's that was given the bundle's path.
        let candidates = [executable] + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
        for candidate in candidates {
            var folder = candidate
            while folder.path.count > 1 {
                folder.deleteLastPathComponent()
                if FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("sweepd").path) {
                    return folder
                }
            }
        }
        return URL(fileURLWithPath: FileManager.default.currentDirectoryPath + "/.build/debug")
    }()

    /// Starts `name` with its output going to files in `scratch`.
    static func start(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], scratch: URL, input: Data? = nil
    ) throws -> Running {
        try launch(
            folder.appendingPathComponent(name), arguments, environment: environment, scratch: scratch, input: input)
    }

    /// As ``start(_:_:environment:scratch:input:)``, for a program from elsewhere.
    static func launch(
        _ program: URL, _ arguments: [String], environment: [String: String], scratch: URL, input: Data? = nil
    ) throws -> Running {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("SWEEPD_") && $0.key != "XDG_RUNTIME_DIR" }
            // A crash is what some tests are about; nobody reads its backtrace.
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            .merging(environment) { $1 }
        let base = scratch.appendingPathComponent("\(program.lastPathComponent)-\(UUID().uuidString)")
        let files = (output: base.appendingPathExtension("out"), errors: base.appendingPathExtension("err"))
        for file in [files.output, files.errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: files.output)
        process.standardError = try FileHandle(forWritingTo: files.errors)
        if let input {
            let file = base.appendingPathExtension("in")
            try input.write(to: file)
            process.standardInput = try FileHandle(forReadingFrom: file)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        return try Running(process, output: files.output, errors: files.errors)
    }
}

/// A program that was started.
final class Running: @unchecked Sendable {
    // SAFETY: set up before `run`; afterwards only `processIdentifier` is read, which does not change.
    private let process: Process
    private let output: URL
    private let errors: URL
    private let ended: AsyncStream<Int32>

    init(_ process: Process, output: URL, errors: URL) throws {
        (self.process, self.output, self.errors) = (process, output, errors)
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ended = stream
        process.terminationHandler = { process in
            let signalled = process.terminationReason == .uncaughtSignal
            continuation.yield(signalled ? 128 + process.terminationStatus : process.terminationStatus)
            continuation.finish()
        }
        try process.run()
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// What it has written to standard error so far.
    func errorsSoFar() throws -> String { String(decoding: try Data(contentsOf: errors), as: UTF8.self) }

    /// Waits for its end.
    func result() async throws -> Tool.Result {
        var status: Int32 = -1
        for await code in ended { status = code }
        return Tool.Result(
            status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
