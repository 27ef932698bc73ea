import Foundation
import Testing

/// A training box in a temporary folder: a state folder, a data folder, a socket, and the programs on them.
struct Box: Sendable {
    let folder: URL

    var socket: String { folder.appendingPathComponent("s").path }
    var state: String { folder.appendingPathComponent("state").path }
    var data: String { folder.appendingPathComponent("data").path }

    /// Gives `body` an empty box and removes it afterwards.
    static func with(_ body: (Box) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: "/tmp/sweepd-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("data"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(Box(folder: folder))
    }

    /// Gives `body` an empty box with a daemon on it; the daemon must stop cleanly afterwards.
    static func withDaemon(workers: Int = 2, _ body: (Box) async throws -> Void) async throws {
        try await with { box in
            let daemon = try await box.startDaemon(workers: workers)
            do {
                try await body(box)
            } catch {
                daemon.signal(SIGKILL)
                throw error
            }
            daemon.signal(SIGTERM)
            let result = try await daemon.result()
            #expect(result.status == 0, "the daemon ended with \(result.status): \(result.errors)")
        }
    }

    /// Returns once the daemon answers.
    func startDaemon(workers: Int = 2, _ more: [String: String] = [:]) async throws -> Running {
        let daemon = try launchDaemon(workers: workers, more)
        for _ in 0..<300 {
            if try await ctl("version").status == 0 { return daemon }
        }
        daemon.signal(SIGKILL)
        let result = try await daemon.result()
        throw Failure("the daemon does not answer: \(result.errors)")
    }

    func launchDaemon(workers: Int = 2, _ more: [String: String] = [:]) throws -> Running {
        try Tool.start(
            "sweepd",
            ["serve", "--state-dir", state, "--data-dir", data, "--socket", socket, "--workers", String(workers)],
            environment: ["SWEEPD_SLICE_SECONDS": "0.02", "SWEEPD_CHECKPOINT_SECONDS": "0.05"].merging(more) { $1 },
            scratch: folder)
    }

    /// Runs sweepctl to its end.
    @discardableResult
    func ctl(_ arguments: String..., input: Data? = nil) async throws -> Tool.Result {
        try await Tool.start(
            "sweepctl", arguments, environment: ["SWEEPD_SOCKET": socket, "NO_COLOR": "1"], scratch: folder,
            input: input
        ).result()
    }

    /// Writes a file into the box and returns its path.
    func file(_ name: String, _ content: Data) throws -> String {
        let path = folder.appendingPathComponent(name)
        try content.write(to: path)
        return path.path
    }

    /// Polls `condition`, each time with a whole round trip of sweepctl, for as long as a sweep may take.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            // What is waited for needs the processor too.
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure("waited in vain: \(what)")
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Sweep files for tests.
enum Sample {
    /// 12 trials on synthetic images, three of which diverge.
    static func sweep(iterations: Int = 300, name: String = "small") -> Data {
        Data(
            """
            {
              "name": "\(name)", "method": "grid", "seed": 7,
              "dataset": {"name": "synthetic", "train": 2000, "validation": 300, "test": 200},
              "parameters": {
                "learning_rate": {"values": [10, 1e-3, 3e-4, 1e-4]},
                "batch_size": {"value": 50},
                "hidden_size": {"values": [16, 32, 48]},
                "iterations": {"value": \(iterations)}
              }
            }
            """.utf8)
    }
}
