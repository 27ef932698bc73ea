import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import SweepAPI

/// `/v1/events`: the stored events as a JSON list, or a live stream of server-sent events.
struct EventsController<Service: SweepService>: Sendable {
    let service: Service

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("events") { request, context in
            let sweep = try request.integer("sweep", default: 0, in: 0...Int.max)
            let id = sweep == 0 ? nil : Int64(sweep)
            if let id { _ = try await service.sweep(id) }
            let wantsStream = request.headers[.accept]?.contains("text/event-stream") == true
            return wantsStream ? try await stream(request, id) : try await list(request, id)
        }
    }

    private func list(_ request: Request, _ sweep: Int64?) async throws -> Response {
        let after = try request.integer("after", default: 0, in: 0...Int.max)
        let limit = try request.integer("limit", default: RequestLimits.page, in: 1...RequestLimits.page)
        return try .json(try await service.events(after: Int64(after), sweep: sweep, limit: limit))
    }

    /// Begins with the stored events after `Last-Event-ID`, and with where the sweep stands now.
    private func stream(_ request: Request, _ sweep: Int64?) async throws -> Response {
        var position = try await service.lastEventSequence()
        if let last = HTTPField.Name("Last-Event-ID").flatMap({ request.headers[$0] }) {
            guard let number = Int64(last), number >= 0 else {
                throw Problem(.invalidRequest, "Last-Event-ID is \"\(last.prefix(40))\"; it is a number of an event")
            }
            position = number
        }
        let start = position
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var listener = Listener(sweep: sweep, position: start)
                while !Task.isCancelled, !Task.isShuttingDownGracefully {
                    let text = try await listener.next(service)
                    if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
                    try await Task.sleep(for: .milliseconds(250))
                }
                try await writer.finish(nil)
            })
    }

    /// What one listener has been sent.
    private struct Listener {
        let sweep: Int64?
        /// Sequence of the last event sent.
        var position: Int64
        private var version: UInt64 = 0
        private var isFirst = true
        private var quietTurns = 0

        init(sweep: Int64?, position: Int64) { (self.sweep, self.position) = (sweep, position) }

        /// The messages that are due now; a comment after ten silent seconds, so that a dead connection is noticed.
        mutating func next(_ service: Service) async throws -> String {
            let news = service.news(since: version)
            var text = ""
            if isFirst || news.hasEvents { text += try await events(service) }
            var moved = sweep.map { news.movedSweeps.intersection([$0]) } ?? (isFirst ? [] : news.movedSweeps)
            if isFirst, let sweep { moved.insert(sweep) }
            for id in moved.sorted() {
                text += try Self.message(StreamMessage.sweep, try await service.sweep(id), id: nil)
            }
            (version, isFirst) = (news.version, false)
            quietTurns = text.isEmpty ? quietTurns + 1 : 0
            return quietTurns > 0 && quietTurns.isMultiple(of: 40) ? ":\n\n" : text
        }

        private mutating func events(_ service: Service) async throws -> String {
            var text = ""
            while true {
                let events = try await service.events(after: position, sweep: sweep, limit: RequestLimits.page).events
                for event in events {
                    position = event.seq
                    text += try Self.message(StreamMessage.event, event, id: event.seq)
                }
                if events.count < RequestLimits.page { return text }
            }
        }

        private static func message(_ name: String, _ value: some Encodable, id: Int64?) throws -> String {
            let data = String(decoding: try WireCoder.encode(value), as: UTF8.self)
            return "event: \(name)\n" + (id.map { "id: \($0)\n" } ?? "") + "data: \(data)\n\n"
        }
    }
}
