import Foundation
import GRDB
import SweepModel
import SweepStore
import Testing

@Suite("Putting a backup's database in place")
struct RestoreTests {
    /// Gives `body` a backup of a sweep with files.
    private func withBackup(_ body: (BackupFile) async throws -> Void) async throws {
        try await withSQLiteStore { store, folder in
            _ = try await store.fillWithFiles()
            try await store.backUp(to: "\(folder)/backup")
            let backup = try BackupFile(path: "\(folder)/backup")
            try await body(backup)
            try backup.close()
        }
    }

    private func place(_ folder: String) -> DatabasePlace { DatabasePlace(path: "\(folder)/sweepd.db") }

    private func restoreCode(_ backup: BackupFile, _ folder: String) async throws -> StoreError.Code? {
        try await storeErrorCode { _ = try place(folder).restore(backup, renamed: [:], replacing: false) }
    }

    @Test("Into an empty folder: the rows, without the files' contents, and a second time is the same")
    func intoEmptyFolder() async throws {
        try await withBackup { backup in
            try await withFolder { folder in
                #expect(try place(folder).restore(backup, renamed: [:], replacing: false) == nil)
                #expect(try names(folder) == ["sweepd.db"])
                #expect(try place(folder).restore(backup, renamed: [:], replacing: false) == nil)
                #expect(try names(folder) == ["sweepd.db"])
                let store = try openStore(folder)
                #expect(try await store.check().isEmpty)
                #expect(
                    try await store.trials(TrialQuery(sweep: 1)).map(\.state) == [.completed, .completed, .running])
                let hasFiles = try await store.pool.read { database in try database.tableExists("backup_files") }
                #expect(!hasFiles)
                let recovery = try await store.begin(boot: "boot-2", at: .at(9))
                #expect(recovery.orphaned == [3])
                try store.close()
                // Something has happened since: it is not the restored one any more.
                #expect(try await restoreCode(backup, folder) == .conflict)
                #expect(try !names(folder).contains { $0.contains("restored") })
            }
        }
    }

    @Test("A file that has another name here has it in every row")
    func renamedFiles() async throws {
        try await withBackup { backup in
            try await withFolder { folder in
                let renamed = ["models/t1-a1": "models/t1-a1-r2", "checkpoints/t3-a1-i5": "checkpoints/t3-a1-i5-r2"]
                _ = try place(folder).restore(backup, renamed: renamed, replacing: false)
                let store = try openStore(folder)
                #expect(
                    try await store.storedFiles().map(\.path) == [
                        "checkpoints/t3-a1-i5-r2", "checkpoints/t3-a1-i9", "models/t1-a1-r2", "models/t2-a1",
                    ])
                try store.close()
            }
        }
    }

    @Test("The old database goes aside with its log and its files, and opens there")
    func replacing() async throws {
        try await withBackup { backup in
            try await withSQLiteStore { old, folder in
                _ = try await old.submit(newSweep(trials: 5, name: "old"))
                try await withFolder { killed in
                    for name in ["sweepd.db", "sweepd.db-wal"] {
                        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(killed)/\(name)")
                    }
                    try FileManager.default.createDirectory(
                        atPath: "\(killed)/models", withIntermediateDirectories: true)
                    try Data("old".utf8).write(to: URL(fileURLWithPath: "\(killed)/models/t5-a1"))
                    #expect(try await restoreCode(backup, killed) == .conflict)
                    #expect(try names(killed) == ["models", "sweepd.db", "sweepd.db-wal"])
                    for number in 1...2 {
                        let aside = try place(killed).restore(backup, renamed: [:], replacing: true)
                        #expect(aside == "\(killed)/sweepd.db.replaced-\(number)")
                    }
                    let store = try openStore(killed)
                    #expect(try await store.sweep(1)?.name == "grid")
                    try store.close()
                    let first = "\(killed)/sweepd.db.replaced-1"
                    #expect(try names(first) == ["models", "sweepd.db", "sweepd.db-wal"])
                    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(first)/models/t5-a1")) == Data("old".utf8))
                    // All that was committed was still in the log.
                    let aside = try openStore(first)
                    #expect(try await aside.sweep(1)?.name == "old")
                    try aside.close()
                }
            }
        }
    }

    /// Each state that a kill between the steps leaves.
    @Test("A restore that was interrupted after its decision is finished by the next start", arguments: 0...3)
    func interrupted(moved: Int) async throws {
        try await withBackup { backup in
            try await withFolder { folder in
                try await withFolder { other in
                    _ = try place(other).restore(backup, renamed: [:], replacing: false)
                    try FileManager.default.moveItem(
                        atPath: "\(other)/sweepd.db", toPath: "\(folder)/sweepd.db.restored-1")
                }
                let old = ["sweepd.db", "sweepd.db-wal", "sweepd.db-shm"]
                let aside = "\(folder)/sweepd.db.replaced-1"
                try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
                for (index, name) in old.enumerated() {
                    try Data(name.utf8).write(to: URL(fileURLWithPath: "\(index < moved ? aside : folder)/\(name)"))
                }
                let store = try openStore(folder)
                #expect(try await store.sweep(1)?.name == "grid")
                try store.close()
                // A reader that is still on its way out may keep the new database's log for a moment.
                #expect(
                    try names(folder).filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") } == [
                        "sweepd.db", "sweepd.db.replaced-1",
                    ])
                #expect(try names(aside) == old.sorted())
                for name in old {
                    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(aside)/\(name)")) == Data(name.utf8))
                }
            }
        }
    }

    @Test("A repeated restore takes over from one that was interrupted")
    func repeated() async throws {
        try await withBackup { backup in
            try await withFolder { folder in
                try Data("half".utf8).write(to: URL(fileURLWithPath: "\(folder)/sweepd.db.restored-1.new.partial"))
                try Data("whole".utf8).write(to: URL(fileURLWithPath: "\(folder)/sweepd.db.restored-1.new"))
                try Data("decided".utf8).write(to: URL(fileURLWithPath: "\(folder)/sweepd.db.restored-1"))
                #expect(try place(folder).restore(backup, renamed: [:], replacing: false) == nil)
                #expect(try names(folder) == ["sweepd.db"])
                let store = try openStore(folder)
                #expect(try await store.check().isEmpty)
                try store.close()
            }
        }
    }

    @Test(
        "Backups of earlier versions, which hold no files, are restored; what is missing is said",
        arguments: ["v1", "v2"])
    func earlierVersions(version: String) async throws {
        try await withFolder { folder in
            let path = "\(folder)/backup"
            if version == "v1" {
                try FileManager.default.copyItem(atPath: fixture("v1.db"), toPath: path)
            } else {
                try FileManager.default.copyItem(atPath: fixture("v2"), toPath: "\(folder)/v2")
                // As version 0.1's `sweepctl backup` did.
                let queue = try DatabaseQueue(path: "\(folder)/v2/sweepd.db")
                try await queue.writeWithoutTransaction { database in
                    try database.execute(sql: "VACUUM INTO ?", arguments: [path])
                }
                try queue.close()
            }
            let backup = try BackupFile(path: path)
            let report = try backup.check(digest: fakeDigest)
            #expect(report.files == [])
            #expect(!report.missing.isEmpty && report.sweeps > 0)
            let state = "\(folder)/state"
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            _ = try place(state).restore(backup, renamed: [:], replacing: false)
            try backup.close()
            let store = try openStore(state)
            #expect(try await store.check().isEmpty)
            #expect(try await store.storedFiles() == report.missing)
            try store.close()
        }
    }
}
