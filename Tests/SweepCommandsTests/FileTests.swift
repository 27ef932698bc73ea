import FoundationEssentials
import SweepAPI
import SweepClientTestKit
import Testing

@testable import SweepCommands

struct FileTests {
    static let database = "SQLite format 3\0" + String(repeating: "x", count: 100_000)

    private func backup(_ arguments: [String], content: FakeDaemon.Reply) async throws -> Run {
        try await Sweepctl.run(["backup"] + arguments) { _ in content }.run
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test func aBackupIsWrittenWhole() async throws {
        try await TemporaryFolder.with { folder in
            let run = try await backup(
                [folder + "/b.sqlite", "--json"], content: .init(Self.database, type: "application/octet-stream"))
            #expect(run.status == 0)
            #expect(
                try WireCoder.decode(BackupCommand.Reply.self, from: Data(run.output.utf8))
                    == .init(file: folder + "/b.sqlite", bytes: Self.database.utf8.count))
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/b.sqlite")) == Data(Self.database.utf8))
            #expect(try names(folder) == ["b.sqlite"])
        }
    }

    @Test func anExistingFileIsKeptUnlessForced() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/b.sqlite"
            try Data("old".utf8).write(to: URL(fileURLWithPath: file))
            let content = FakeDaemon.Reply(Self.database, type: "application/octet-stream")
            let refused = try await backup([file], content: content)
            #expect(refused.status == 4)
            #expect(refused.error.contains("--force"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
            #expect(try await backup([file, "--force"], content: content).status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(Self.database.utf8))
            #expect(try names(folder) == ["b.sqlite"])
        }
    }

    @Test(arguments: [
        (FakeDaemon.Reply(database, type: "application/octet-stream", end: .cut), Int32(5)),
        (FakeDaemon.Reply("<html>", type: "text/html"), Int32(1)),
    ])
    func nothingIsLeftOfABackupThatFailed(content: FakeDaemon.Reply, status: Int32) async throws {
        try await TemporaryFolder.with { folder in
            let run = try await backup([folder + "/b.sqlite"], content: content)
            #expect((run.status, run.output) == (status, ""))
            #expect(try names(folder).isEmpty)
        }
    }

    @Test func aFolderThatIsNotThereIsNamed() async throws {
        let run = try await backup(["/nowhere/b.sqlite"], content: .init(Self.database))
        #expect(run.status == 1)
        #expect(run.error.contains("cannot write /nowhere/b.sqlite: No such file or directory"))
    }

    @Test func anExportGoesToAFile() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder + "/t.csv"
            let (run, _) = try await Sweepctl.run(["export", "1", "--format", "csv", "--output", file]) { _ in
                try .json(TrialsReply(sweep: 1, trials: [Samples.trial()], nextOffset: nil))
            }
            #expect((run.status, run.output) == (0, "\(file): 1 trial\n"))
            let written = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(written == Data(ExportText.csv([Samples.trial()], reproducible: false).utf8))
        }
    }

    @Test func theExtensionSaysTheFormatAndADashIsStandardOutput() async throws {
        try await TemporaryFolder.with { folder in
            let answer: FakeDaemon.Answer = { _ in
                try .json(TrialsReply(sweep: 1, trials: [Samples.trial()], nextOffset: nil))
            }
            let csv = Data(ExportText.csv([Samples.trial()], reproducible: false).utf8)
            let (run, _) = try await Sweepctl.run(["export", "1", "-o", folder + "/t.csv", "--json"], answer: answer)
            #expect(run.status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/t.csv")) == csv)
            let (dash, _) = try await Sweepctl.run(["export", "1", "--format", "csv", "-o", "-"], answer: answer)
            #expect(Data(dash.output.utf8) == csv)
        }
    }

    @Test func jsonAloneExportsJSON() async throws {
        let reply = TrialsReply(sweep: 1, trials: [Samples.trial()], nextOffset: nil)
        let (run, _) = try await Sweepctl.run(["export", "1", "--json"]) { _ in try .json(reply) }
        #expect(try WireCoder.decode(TrialsReply.self, from: Data(run.output.utf8)) == reply)
    }
}
