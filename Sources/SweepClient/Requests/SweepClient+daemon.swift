import AsyncHTTPClient
public import FoundationEssentials
import NIOCore
import NIOHTTP1
public import SweepAPI

extension SweepClient {
    public func health() async throws -> DaemonReply { try await call(.GET, APIPath.health) }

    public func doctor() async throws -> DoctorReply { try await call(.GET, APIPath.doctor) }

    public func check() async throws -> CheckReply { try await call(.POST, APIPath.check, timeout: nil) }

    public func datasets() async throws -> DatasetsReply { try await call(.GET, APIPath.datasets) }

    public func checkDataset(_ name: String) async throws -> DatasetReply {
        try await call(.POST, APIPath.datasetCheck(PercentEncoding.encode(name)), timeout: nil)
    }

    /// The API's description, as JSON text.
    public func openAPI() async throws -> Data { try await bytes(.GET, APIPath.openAPI) }

    /// Stored events in order of their sequence, those after `after`.
    public func events(after: Int64? = nil, sweep: Int64? = nil, limit: Int? = nil) async throws -> EventsReply {
        try await call(
            .GET, APIPath.events, query: [("after", after.text), ("sweep", sweep.text), ("limit", limit.text)])
    }

    public func prune(_ request: PruneRequest) async throws -> PruneReply {
        try await call(.POST, APIPath.prune, body: request, timeout: nil)
    }

    /// A backup, handed to `write` piece by piece.
    ///
    /// - Parameter began: called before the first piece, with the size in bytes when the daemon says it.
    /// - Returns: what is in it; nil from a daemon that does not say.
    @discardableResult
    public func backup(
        began: (Int?) -> Void = { _ in }, _ write: (Data) throws -> Void
    ) async throws -> BackupContents? {
        let response = try await open(
            .GET, APIPath.backup, accept: "application/octet-stream, \(Problem.mediaType)", timeout: nil)
        let size = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        let contents = response.headers.first(name: BackupContents.header).flatMap { text in
            try? WireCoder.decode(BackupContents.self, from: Data(text.utf8))
        }
        began(size)
        var received = 0
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await pieces.next(isolation: #isolation) } catch {
                throw ClientError.sorting(error, at: address)
            }
            guard let piece else { break }
            received += piece.readableBytes
            try write(Data(piece.readableBytesView))
        }
        if let size, size != received {
            throw ClientError.unexpectedReply(address, "it sent \(received) of \(size) bytes of the backup")
        }
        return contents
    }
}
