import FuzzKit

@testable import SweepClient

/// Any bytes as an event stream. How they are cut, by the first byte, changes nothing, and no message is larger than the
/// limit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEventStream(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    let piece = Int(input.byte()) + 1
    let limit = 256
    let bytes = input.bytes
    let whole = read(bytes, piece: max(bytes.count, 1), limit: limit)
    let pieces = read(bytes, piece: piece, limit: limit)
    expect(whole.lastEventID == pieces.lastEventID && whole.isTooLong == pieces.isTooLong, "pieces of \(piece)")
    // What was complete before a message grew too long is delivered only in the pieces before.
    expect(whole.isTooLong || whole.events == pieces.events, "pieces of \(piece) give other messages")
    for event in whole.events {
        expect(!event.name.isEmpty && event.data.unicodeScalars.count <= limit, "a message of \(event.data)")
    }
    return 0
}

private func read(
    _ bytes: [UInt8], piece: Int, limit: Int
) -> (events: [StreamEvent], lastEventID: String?, isTooLong: Bool) {
    var parser = EventStreamParser(limit: limit)
    var events: [StreamEvent] = []
    do throws(EventStreamParser.TooLong) {
        for start in stride(from: 0, to: bytes.count, by: piece) {
            events += try parser.consume(bytes[start..<min(start + piece, bytes.count)])
        }
    } catch {
        return (events, parser.lastEventID, true)
    }
    return (events, parser.lastEventID, false)
}
