import SweepAPI

/// What one listener of the event stream has been sent, and what is due to it.
struct EventListener {
    private let sweep: Int64?
    private let quietTurns: Int
    /// Sequence of the last event sent.
    private var position: Int64
    private var version: UInt64 = 0
    private var isFirst = true
    private var quiet = 0
    /// More stored events are due at once: they go out a page at a time, as fast as the listener reads.
    private(set) var hasMore = false

    /// - Parameters:
    ///   - sweep: nil for all sweeps.
    ///   - position: sequence of the last event that the listener knows.
    init(sweep: Int64?, after position: Int64, quietTurns: Int) {
        (self.sweep, self.position, self.quietTurns) = (sweep, position, quietTurns)
    }

    /// The messages that are due now, a page of events at most, or a comment after `quietTurns` turns without any.
    mutating func next(_ service: some SweepService) async throws -> String {
        let news = service.news(since: version)
        var text = ""
        if isFirst || hasMore || news.hasEvents { text = try await page(service) }
        // Where its sweeps stand is told after all that has happened to them.
        if hasMore { return text }
        var moved = sweep.map { news.movedSweeps.intersection([$0]) } ?? (isFirst ? [] : news.movedSweeps)
        if isFirst, let sweep { moved.insert(sweep) }
        for id in moved.sorted() {
            text += try Self.message(StreamMessage.sweep, try await service.sweep(id), id: nil)
        }
        (version, isFirst) = (news.version, false)
        quiet = text.isEmpty ? quiet + 1 : 0
        return quiet > 0 && quiet.isMultiple(of: quietTurns) ? ":\n\n" : text
    }

    private mutating func page(_ service: some SweepService) async throws -> String {
        let events = try await service.events(after: position, sweep: sweep, limit: RequestLimits.page).events
        var text = ""
        for event in events {
            position = event.seq
            text += try Self.message(StreamMessage.event, event, id: event.seq)
        }
        hasMore = events.count >= RequestLimits.page
        return text
    }

    private static func message(_ name: String, _ value: some Encodable, id: Int64?) throws -> String {
        let data = String(decoding: try WireCoder.encode(value), as: UTF8.self)
        return "event: \(name)\n" + (id.map { "id: \($0)\n" } ?? "") + "data: \(data)\n\n"
    }
}
