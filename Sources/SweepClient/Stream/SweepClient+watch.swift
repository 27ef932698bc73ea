import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
public import SweepAPI
import SweepModel

/// What a watcher of the event stream is told.
public enum WatchUpdate: Sendable {
    /// Something was stored in the log of events.
    case event(EventReply)
    /// A sweep as it is now.
    case sweep(SweepReply)
    /// The connection is gone, or refused; it is being opened again until that works.
    case lost(ClientError)
    /// Another attempt to open it has failed.
    case stillLost
    /// The connection is back.
    case regained
}

extension SweepClient {
    /// Follows the events of one sweep, or of all, until `body` returns false.
    ///
    /// Survives a restart of the daemon: it connects again for as long as it takes and resumes after the last event
    /// that it has seen. Throws when the very first connection fails, when the daemon refuses (no such sweep, other
    /// version), and what `body` throws.
    ///
    /// - Parameters:
    ///   - after: only events with a greater sequence number; nil for those from now on.
    ///   - isReachable: whether the daemon has just answered, so that a failing first connection is a lost one.
    public func watch(
        sweep: Int64?, after: Int64? = nil, isReachable: Bool = false, policy: ReconnectPolicy = ReconnectPolicy(),
        _ body: (WatchUpdate) async throws -> Bool
    ) async throws {
        var lastEventID = after.map { String($0) }
        var hasConnected = isReachable
        var isLost = false
        var attempt = 0
        while true {
            do {
                let response = try await openStream(sweep: sweep, lastEventID: lastEventID)
                if isLost, try await !body(.regained) { return }
                (hasConnected, isLost, attempt) = (true, false, 0)
                var parser = EventStreamParser(lastEventID: lastEventID)
                var pieces = response.body.makeAsyncIterator()
                while let piece = try await next(&pieces) {
                    for message in try messages(of: piece, &parser) {
                        lastEventID = message.id
                        guard let update = try Self.update(message, address) else { continue }
                        if try await !body(update) { return }
                    }
                }
                throw ClientError.connectionLost(address)
            } catch let error as ClientError where hasConnected && error.mayPass {
                if try await !body(isLost ? .stillLost : .lost(error)) { return }
                isLost = true
                policy.onRefusal?()
            }
            try await Task.sleep(for: policy.pause(beforeAttempt: attempt))
            attempt += 1
        }
    }

    private func openStream(sweep: Int64?, lastEventID: String?) async throws -> HTTPClientResponse {
        let response = try await open(
            .GET, APIPath.events, query: [("sweep", sweep.text)], accept: "text/event-stream",
            headers: lastEventID.map { [("Last-Event-ID", $0)] } ?? [], timeout: nil, isStream: true)
        let type = response.headers.first(name: "Content-Type") ?? ""
        guard type.hasPrefix("text/event-stream") else {
            throw ClientError.unexpectedReply(address, "it sent '\(type)' in place of an event stream")
        }
        return response
    }

    private func next(_ pieces: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do { return try await pieces.next(isolation: #isolation) } catch {
            throw ClientError.sorting(error, at: address)
        }
    }

    private func messages(of piece: ByteBuffer, _ parser: inout EventStreamParser) throws(ClientError) -> [StreamEvent]
    {
        do {
            return try parser.consume(piece.readableBytesView)
        } catch {
            throw ClientError.unexpectedReply(address, "a message of its event stream is too long", cause: error)
        }
    }

    /// Decodes a message; nil for a kind that this version does not know.
    static func update(_ message: StreamEvent, _ address: DaemonAddress) throws(ClientError) -> WatchUpdate? {
        struct Kind: Decodable { var kind: String }
        let data = Data(message.data.utf8)
        do {
            switch message.name {
            case StreamMessage.event:
                let kind = try WireCoder.decode(Kind.self, from: data).kind
                return EventContent.Kind(rawValue: kind) == nil
                    ? nil : .event(try WireCoder.decode(EventReply.self, from: data))
            case StreamMessage.sweep: return .sweep(try WireCoder.decode(SweepReply.self, from: data))
            default: return nil
            }
        } catch {
            throw ClientError.unexpectedReply(
                address, "a message '\(message.name)' of its event stream cannot be read", cause: error)
        }
    }
}

extension ClientError {
    /// Whether a daemon that restarts may cause this.
    public var mayPass: Bool {
        switch code {
        case .notRunning, .notPermitted, .connectionLost, .noAnswer: true
        case .problem(let problem): problem.code == .refusedForNow || problem.code == .internal
        case .otherVersion, .unexpectedReply, .invalidAddress, .invalidToken, .notTrusted: false
        }
    }
}
