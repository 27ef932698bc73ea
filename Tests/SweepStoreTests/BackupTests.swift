import Foundation
import GRDB
import SweepModel
import SweepStore
import Testing

@Suite("Backups and what a restore makes of them")
struct BackupTests {
    @Test("A backup holds the content of every file that its rows name, and says what it left out")
    func holdsFiles() async throws {
        try await withSQLiteStore { store, folder in
            let files = try await store.fillWithFiles()
            let report = try await store.backUp(to: "\(folder)/backup")
            #expect(report == BackupReport(sweeps: 1, trials: 3, files: files))
            let backup = try BackupFile(path: "\(folder)/backup")
            #expect(try backup.check(digest: fakeDigest) == report)
            #expect(try backup.content(of: files[3]) == Array("zwei".utf8))
            try backup.close()

            let partly = try await store.backUp(to: "\(folder)/partly", without: "models/t1-a1")
            #expect(partly.missing == [files[2]])
            let second = try BackupFile(path: "\(folder)/partly")
            #expect(try second.check(digest: fakeDigest) == partly)
            #expect(try second.content(of: files[2]) == nil)
            try second.close()
        }
    }

    @Test("A backup holds the checkpoints of pruned trials")
    func holdsPruned() async throws {
        try await withSQLiteStore { store, folder in
            let files = try await store.fillWithFiles()
            let pruned = try await store.addPruned()
            let report = try await store.backUp(to: "\(folder)/backup")
            #expect(report.files == (files + [pruned]).sorted { $0.path < $1.path })
            let backup = try BackupFile(path: "\(folder)/backup")
            #expect(try backup.check(digest: fakeDigest) == report)
            #expect(try backup.content(of: pruned) == Array("pruned".utf8))
            try backup.close()
        }
    }

    @Test("A file that cannot be read ends the backup, and nothing is left of it")
    func unreadableFile() async throws {
        try await withSQLiteStore { store, folder in
            _ = try await store.fillWithFiles()
            let code = try await storeErrorCode {
                _ = try await store.backup(to: "\(folder)/backup") { _ throws(StoreError) in
                    throw StoreError(.io, "no more descriptors")
                }
            }
            #expect(code == .io)
            #expect(try names(folder).filter { $0.hasPrefix("backup") } == [])
        }
    }

    @Test(
        "A damaged page, a changed content, another program's file and a newer version are told before anything happens"
    )
    func refusals() async throws {
        try await withSQLiteStore { store, folder in
            _ = try await store.fillWithFiles()
            try await store.backUp(to: "\(folder)/backup")
            let sound = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/backup"))

            var bytes = sound
            for offset in 5 * 4096..<7 * 4096 { bytes[offset] = 0xA5 }
            try bytes.write(to: URL(fileURLWithPath: "\(folder)/damaged"))
            #expect(try await checkCode("\(folder)/damaged") == .corrupt)

            try sound.prefix(sound.count / 2).write(to: URL(fileURLWithPath: "\(folder)/cut"))
            #expect(try await checkCode("\(folder)/cut") == .corrupt)
            try Data("not a database at all, but long enough to look at".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/text"))
            #expect(try await checkCode("\(folder)/text") == .corrupt)
            #expect(try await checkCode("\(folder)/nowhere") == .notFound)

            for (name, sql, code) in [
                (
                    "content", "UPDATE backup_files SET content = x'00' WHERE path = 'models/t1-a1'",
                    StoreError.Code.corrupt
                ),
                (
                    "outside",
                    """
                    UPDATE trials SET model_path = '../../etc/cron.d/x' WHERE id = 1;
                    UPDATE backup_files SET path = '../../etc/cron.d/x' WHERE path = 'models/t1-a1'
                    """, .corrupt
                ),
                ("newer", "INSERT INTO grdb_migrations VALUES ('9999_later')", .newer),
                ("foreign", "PRAGMA application_id = 7", .corrupt),
                ("strays", "PRAGMA foreign_keys = OFF; DELETE FROM sweeps", .corrupt),
            ] {
                try sound.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                let queue = try DatabaseQueue(path: "\(folder)/\(name)")
                try await queue.writeWithoutTransaction { database in try database.execute(sql: sql) }
                try queue.close()
                #expect(try await checkCode("\(folder)/\(name)") == code, "\(name)")
            }
        }
    }

    private func checkCode(_ path: String) async throws -> StoreError.Code? {
        try await storeErrorCode {
            let backup = try BackupFile(path: path)
            _ = try backup.check(digest: fakeDigest)
        }
    }
}
