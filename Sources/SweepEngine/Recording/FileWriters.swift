import SweepModel

/// Writes the files of a batch, several at once: syncs that wait together wait for one commit of the file system's
/// journal, not for one each. With a checkpoint of every live trial to write beside a busy disk, that is what decides
/// how long a stop takes.
struct FileWriters: Sendable {
    /// A file to be, or of which only the digest is wanted.
    struct File: Sendable {
        var trial: Int64
        var path: String
        var bytes: [UInt8]
        var iteration: Int
        var isWritten = true
    }

    private let folder: StateFolder
    private let lanes = (0..<8).map { BlockingQueue("files.\($0)") }

    init(folder: StateFolder) { self.folder = folder }

    /// Writes the files of one trial in their order. Their names are durable once their folders are synced.
    /// - Returns: for each file what a row keeps about it, or why it could not be written.
    func write(_ files: [File]) async -> [Result<StoredFile, EngineError>] {
        await withTaskGroup { group in
            for (lane, queue) in lanes.enumerated() {
                let mine = files.indices.filter { Int(files[$0].trial.magnitude) % lanes.count == lane }
                guard !mine.isEmpty else { continue }
                group.addTask {
                    await queue.run { mine.map { ($0, result(of: files[$0])) } }
                }
            }
            var results: [Int: Result<StoredFile, EngineError>] = [:]
            for await lane in group {
                for (index, result) in lane { results[index] = result }
            }
            return files.indices.compactMap { results[$0] }
        }
    }

    private func result(of file: File) -> Result<StoredFile, EngineError> {
        guard file.isWritten else {
            return .success(
                StoredFile(
                    path: file.path, bytes: file.bytes.count, digest: StateFolder.digest(file.bytes),
                    iteration: file.iteration))
        }
        do throws(EngineError) {
            return .success(
                try folder.write(file.bytes, to: file.path, iteration: file.iteration, syncingFolder: false))
        } catch {
            return .failure(error)
        }
    }
}
