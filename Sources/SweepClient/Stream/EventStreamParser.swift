/// One message of an event stream.
public struct StreamEvent: Sendable, Equatable {
    /// `message` when the stream gives none.
    public var name: String
    public var data: String
    /// The last id that the stream has given so far.
    public var id: String?

    public init(name: String, data: String, id: String?) { (self.name, self.data, self.id) = (name, data, id) }
}

/// Cuts the bytes of an event stream into messages, as they arrive.
///
/// Source: WHATWG HTML Living Standard, 9.2.6 "Interpreting an event stream". Unlike there, a message has a
/// largest size.
public struct EventStreamParser: Sendable {
    /// The longest line and data of one message together, in bytes.
    public static let longestMessage = 16 << 20

    public struct TooLong: Error, Equatable {}

    /// The newest id of the stream, even of a message that is not whole yet: resume after that of the last whole one.
    public private(set) var lastEventID: String?
    /// What `retry:` asked for, in milliseconds.
    public private(set) var retryMilliseconds: Int?

    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var skipsLineFeed = false
    private var isAtStart = true

    private let limit: Int

    public init(lastEventID: String? = nil, limit: Int = Self.longestMessage) {
        (self.lastEventID, self.limit) = (lastEventID, limit)
    }

    /// Takes the next bytes, however they are cut, and returns the messages that are complete with them.
    public mutating func consume(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [StreamEvent] {
        var events: [StreamEvent] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where skipsLineFeed:
                skipsLineFeed = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                skipsLineFeed = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                skipsLineFeed = false
                line.append(byte)
                if line.count + data.count > limit { throw TooLong() }
            }
        }
        return events
    }

    private mutating func endLine() -> StreamEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        var content = line[...]
        if isAtStart {
            isAtStart = false
            if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        }
        if content.isEmpty { return dispatch() }
        let colon = content.firstIndex(of: UInt8(ascii: ":"))
        let field = String(decoding: content[..<(colon ?? content.endIndex)], as: UTF8.self)
        var value = colon.map { content[content.index(after: $0)...] } ?? []
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch field {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(UInt8(ascii: "\n")) }
            hasData = true
            data += value
        case "id" where !value.contains(0): lastEventID = String(decoding: value, as: UTF8.self)
        case "retry": retryMilliseconds = Int(String(decoding: value, as: UTF8.self)) ?? retryMilliseconds
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> StreamEvent? {
        defer {
            name = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        guard hasData else { return nil }
        return StreamEvent(
            name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self), id: lastEventID)
    }
}
