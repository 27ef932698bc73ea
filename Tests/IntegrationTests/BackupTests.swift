import Foundation
import Testing

/// A state folder is lost, and comes back.
@Suite struct BackupTests {
    private struct Contents: Decodable {
        struct Counts: Decodable {
            var sweeps: Int
            var trials: Int
            var promotions: Int
            var models: Int
            var checkpoints: Int
            var missing: Int
        }
        var bytes: Int
        var contents: Counts
    }

    private func restore(_ box: Box, _ file: String, _ more: String...) async throws -> Tool.Result {
        try await Tool.start(
            "sweepd", ["restore", file, "--state-dir", box.state] + more, scratch: box.folder
        ).result()
    }

    private func results(_ box: Box, _ sweep: String) async throws -> String {
        let exported = try await box.ctl("export", sweep, "--format", "csv", "--reproducible")
        #expect(exported.status == 0, "\(exported.errors)")
        return exported.output
    }

    @Test func aBackupTakenWhileTrialsRunBringsBackSweepsModelsAndBits() async throws {
        try await Box.with { box in
            var daemon = try await box.startDaemon()
            let quick = try box.file("quick.json", Sample.sweep(iterations: 100, name: "quick"))
            let long = try box.file("long.json", Sample.sweep(iterations: 4000, name: "long"))
            #expect(try await box.ctl("submit", quick, "--wait").status == 0)
            let promoted = try await box.ctl("promote", "1")
            #expect(promoted.status == 0, "\(promoted.errors)")
            let quickResults = try await results(box, "1")
            #expect(try await box.ctl("submit", long).status == 0)
            let file = box.folder.appendingPathComponent("backup").path
            var contents: Contents?
            // Until some trial has a checkpoint.
            try await box.until("a backup holds a checkpoint") {
                let made = try await box.ctl("backup", file, "--force", "--json")
                try #require(made.status == 0, "\(made.errors)")
                let all = try made.json(Contents.self)
                contents = all
                return all.contents.checkpoints > 0
            }
            let made = try #require(contents?.contents)
            #expect(made.sweeps == 2 && made.trials == 24 && made.promotions == 1 && made.missing == 0)
            #expect(made.models >= 3)
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
            #expect(size == contents?.bytes)
            let refused = try await restore(box, file, "--replace")
            #expect(refused.status == 4)
            #expect(refused.errors.contains("another sweepd runs"), "\(refused.errors)")
            #expect(try await box.ctl("wait", "2").status == 0)
            let longResults = try await results(box, "2")
            let states = try FileManager.default.contentsOfDirectory(atPath: box.state)
            #expect(!states.contains { $0.hasPrefix("backup-") }, "\(states)")
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)

            try FileManager.default.removeItem(atPath: box.state)
            let restored = try await restore(box, file)
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(restored.output.contains("sweeps 2, trials 24, promotions 1"), "\(restored.output)")
            // The same command again finds its own work.
            #expect(try await restore(box, file).status == 0)
            daemon = try await box.startDaemon(workers: 1)
            #expect(try await box.ctl("wait", "2").status == 0)
            #expect(try await results(box, "1") == quickResults)
            #expect(try await results(box, "2") == longResults)
            for sweep in ["1", "2"] { #expect(try await box.ctl("audit", sweep).status == 0) }
            #expect(try await box.ctl("check").status == 0)
            let again = try await box.ctl("promote", "1")
            #expect(again.output.contains("the test set was not touched again"), "\(again.output)")
            #expect(try await box.ctl("promote", "2").status == 0)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)

            // What has happened since is not written over.
            #expect(try await restore(box, file).status == 4)
            let replaced = try await restore(box, file, "--replace")
            #expect(replaced.status == 0, "\(replaced.errors)")
            #expect(replaced.output.contains("sweepd.db.replaced-1"), "\(replaced.output)")
            let old = Box(folder: box.folder.appendingPathComponent("old"))
            try FileManager.default.createDirectory(at: old.folder, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: box.state + "/sweepd.db.replaced-1", toPath: old.state)
            daemon = try await old.startDaemon()
            #expect(try await old.ctl("check").status == 0)
            #expect(try await results(old, "2") == longResults)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func aDamagedDatabaseIsReplacedByABackup() async throws {
        try await Box.with { box in
            var daemon = try await box.startDaemon()
            let file = try box.file("sweep.json", Sample.sweep(iterations: 50))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let backup = box.folder.appendingPathComponent("backup").path
            #expect(try await box.ctl("backup", backup).status == 0)
            let before = try await results(box, "1")
            // After a kill the log may still hold every page: then the database would mend itself.
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
            let database = URL(fileURLWithPath: box.state + "/sweepd.db")
            var bytes = try Data(contentsOf: database)
            bytes.replaceSubrange(0..<4096, with: Data(repeating: 0xA5, count: 4096))
            try bytes.write(to: database)
            let names = try FileManager.default.contentsOfDirectory(atPath: box.state).sorted()
            let refused = try await box.launchDaemon().result()
            #expect(refused.status == 78)
            #expect(refused.errors.contains("sweepd restore BACKUP --replace"), "\(refused.errors)")
            #expect(refused.errors.contains(database.path), "\(refused.errors)")
            #expect(try Data(contentsOf: database) == bytes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: box.state).sorted() == names)
            let restored = try await restore(box, backup, "--replace")
            #expect(restored.status == 0, "\(restored.errors)")
            let aside = URL(fileURLWithPath: box.state + "/sweepd.db.replaced-1/sweepd.db")
            #expect(try Data(contentsOf: aside) == bytes)
            daemon = try await box.startDaemon()
            #expect(try await results(box, "1") == before)
            #expect(try await box.ctl("check").status == 0)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func whatIsNoBackupIsRefusedBeforeAnythingHappens() async throws {
        try await Box.with { box in
            let garbage = try box.file("garbage", Data(repeating: 0x41, count: 9000))
            let refused = try await restore(box, garbage)
            #expect(refused.status == 1)
            #expect(refused.errors.contains(garbage), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: box.state))
            #expect(try await restore(box, box.folder.path + "/nowhere").status == 3)
        }
    }
}
