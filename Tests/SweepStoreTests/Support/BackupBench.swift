import Foundation
import SweepModel
import SweepStore
import Testing

/// Stands for SHA-256: tells different contents apart.
@Sendable func fakeDigest(_ bytes: [UInt8]) -> String {
    "digest-" + String(decoding: bytes, as: UTF8.self)
}

extension SQLiteStore {
    /// A sweep of three trials: two with models, one with two checkpoints.
    func fillWithFiles() async throws -> [StoredFile] {
        let (_, trials) = try await submitTrials(newSweep(trials: 3))
        func file(_ path: String, _ content: String) -> StoredFile {
            StoredFile(path: path, bytes: content.utf8.count, digest: fakeDigest([UInt8](content.utf8)), iteration: 10)
        }
        let models = [file("models/t1-a1", "one"), file("models/t2-a1", "zwei")]
        for (trial, model) in zip(trials, models) {
            try await update(
                trial, .start,
                .ended(.completed, reason: nil, iteration: 10, metrics: metrics(), model: model, seconds: 1))
        }
        let checkpoints = [file("checkpoints/t3-a1-i5", "five"), file("checkpoints/t3-a1-i9", "nine")]
        try await update(
            trials[2], .start, .checkpointed(checkpoints[0], seconds: 1), .checkpointed(checkpoints[1], seconds: 2))
        return checkpoints + models
    }

    /// One more trial, pruned at its checkpoint.
    func addPruned() async throws -> StoredFile {
        let (_, trials) = try await submitTrials(newSweep(trials: 1))
        let content = "pruned"
        let file = StoredFile(
            path: "checkpoints/t\(trials[0].id)-a1-i5", bytes: content.utf8.count,
            digest: fakeDigest([UInt8](content.utf8)), iteration: 5)
        try await update(
            trials[0], .start, .checkpointed(file, seconds: 1), .pruned(reason: "rung 1", iteration: 5))
        return file
    }

    /// Each file's content is what its digest says.
    @discardableResult
    func backUp(to path: String, without missing: String? = nil) async throws -> BackupReport {
        try await backup(to: path) { file in
            file.path == missing ? nil : [UInt8](file.digest.dropFirst("digest-".count).utf8)
        }
    }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// A committed database of an earlier version.
func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/\(name)").path
}
