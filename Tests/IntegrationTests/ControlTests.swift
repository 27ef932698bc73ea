import Foundation
import Testing

/// Verbs, exit statuses, and what a hostile client can do.
@Suite struct ControlTests {
    struct Trials: Decodable {
        struct Trial: Decodable {
            var state: String
            var reason: String?
        }
        var trials: [Trial]
    }

    @Test func cancelEndsEveryTrialWithItsReason() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("submit", file).status == 0)
            #expect(try await box.ctl("cancel", "1", "--reason", "wrong grid").status == 0)
            #expect(try await box.ctl("wait", "1").status == 1)
            let trials = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            #expect(Set(trials.map(\.state)).isSubset(of: ["cancelled", "diverged"]))
            #expect(trials.contains { $0.reason == "wrong grid" })
            #expect(try await box.ctl("cancel", "1").status == 4)
            #expect(try await box.ctl("audit", "1").status == 0)
        }
    }

    @Test func cancelledTrialsCanBeTriedAgain() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 5000))
            #expect(try await box.ctl("submit", file, "--set", "max_parallel=1").status == 0)
            #expect(try await box.ctl("pause", "1").status == 0)
            #expect(try await box.ctl("stop", "1").status == 0)
            #expect(try await box.ctl("wait", "1").status == 0)
            let before = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            #expect(before.contains { $0.state == "cancelled" })
            #expect(try await box.ctl("retry", "1", "--cancelled").status == 0)
            #expect(try await box.ctl("wait", "1").status == 0)
            let after = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            #expect(after.allSatisfy { $0.state == "completed" || $0.state == "diverged" })
        }
    }

    @Test func exitStatusesTellWhatIsWrong() async throws {
        try await Box.with { box async throws in
            #expect(try await box.ctl("status").status == 5)
            #expect(try await box.ctl("no-such-command").status == 2)
        }
        try await Box.withDaemon { box in
            #expect(try await box.ctl("status", "7").status == 3)
            #expect(try await box.ctl("show", "7").status == 3)
            #expect(try await box.ctl("promote", "7").status == 3)
            #expect(try await box.ctl("dataset", "check", "imagenet").status == 3)
            #expect(try await box.ctl("dataset", "check", "absent.npz").status == 3)
            _ = try box.file("data/broken.npz", Data("no archive".utf8))
            #expect(try await box.ctl("dataset", "check", "broken.npz").status == 1)
            #expect(try await box.ctl("dataset", "check", "synthetic").status == 0)
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("submit", file).status == 0)
            #expect(try await box.ctl("wait", "1", "--timeout", "0.2").status == 124)
            #expect(try await box.ctl("resume", "1").status == 4)
            #expect(try await box.ctl("cancel", "1").status == 0)
            #expect(try await box.ctl("wait", "1").status == 1)
        }
    }

    /// Bytes that are no HTTP, and connections that end early.
    @Test func garbageOnTheSocketDoesNotBringTheDaemonDown() async throws {
        let garbage: [[UInt8]] = [
            [], [0], Array(repeating: 0xff, count: 4096), Array("GET".utf8),
            Array("GET /v1/health HTTP/9.9\r\n\r\n".utf8),
            Array("POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8),
            Array("POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".utf8),
            Array("POST /v1/sweeps HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{".utf8),
            Array("POST /v1/sweeps HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".utf8),
            Array("GET /\u{0}/%zz HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
            Array(("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n").utf8),
        ]
        try await Box.withDaemon { box async throws in
            for bytes in garbage { #expect(RawSocket.send(bytes, to: box.socket)) }
            #expect(try await box.ctl("status").status == 0)
        }
    }

    @Test func malformedSweepFilesAreRefusedWithASentenceAndNothingIsStored() async throws {
        struct Sweeps: Decodable {
            struct Sweep: Decodable {}
            var sweeps: [Sweep]
        }
        try await Box.withDaemon { box in
            for (index, example) in MalformedFiles.all.enumerated() {
                let file = try box.file("bad-\(index).json", example.content)
                let refused = try await box.ctl("submit", file)
                #expect(refused.status == 2, "\(example.name): \(refused.status) \(refused.errors.prefix(300))")
                #expect(refused.output.isEmpty, "\(example.name)")
                #expect(refused.errors.contains(example.words), "\(example.name): \(refused.errors.prefix(300))")
            }
            #expect(try await box.ctl("status", "--json").json(Sweeps.self).sweeps.isEmpty)
        }
    }
}
