import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import SweepAPI
import SweepModel

/// `/v1/events`: the stored events as a JSON list, or a live stream of server-sent events.
struct EventsController<Service: SweepService>: Sendable {
    let service: Service
    let pace: EventPace
    let slots = StreamSlots(each: RequestLimits.streamsOfOneUser)

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("events") { request, context in
            let query = try request.query("sweep", "after", "limit")
            let sweep = try query.id("sweep")
            if request.headers[.accept]?.contains("text/event-stream") == true {
                let slot = try slots.take(try await context.caller().uid)
                return try await stream(after: try Self.lastEventID(request), sweep, slot)
            }
            let after = try query.integer("after", in: 0...Int.max) ?? 0
            let limit = try query.integer("limit", in: 1...RequestLimits.page) ?? RequestLimits.page
            return try Response.json(try await service.events(after: Int64(after), sweep: sweep, limit: limit))
        }
    }

    /// Begins with the stored events after `last`, or with those to come, and with where the sweep stands now.
    private func stream(
        after last: Int64?, _ sweep: Int64?, _ slot: StreamSlots.Slot
    ) async throws -> Response {
        // Once the stream has begun, it is too late to say that there is no such sweep.
        if let sweep { _ = try await service.sweep(sweep) }
        let newest = try await service.lastEventSequence()
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(slot) {} }
                var listener = EventListener(sweep: sweep, after: last ?? newest, quietTurns: pace.quietTurns)
                while !Task.isCancelled, !Task.isShuttingDownGracefully {
                    let text = try await listener.next(service)
                    if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
                    if !listener.hasMore { try await Task.sleep(for: pace.turn) }
                }
                try await writer.finish(nil)
            })
    }

    private static func lastEventID(_ request: Request) throws -> Int64? {
        guard let text = HTTPField.Name("Last-Event-ID").flatMap({ request.headers[$0] }) else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw Problem(
                .invalidRequest,
                "the header Last-Event-ID is \"\(text.prefix(40))\"; write the number of the last event seen")
        }
        return number
    }
}

/// How often a listener looks for news.
struct EventPace {
    var turn: Duration
    /// A comment follows this many turns without news, so that a dead connection is noticed.
    var quietTurns: Int

    /// Four times a second; a comment after ten seconds.
    static let live = EventPace(turn: .milliseconds(250), quietTurns: 40)
}
