import CZlib

/// zlib's inflate, fed by hand.
///
/// Not for use from two threads at once.
final class Inflater {
    enum State {
        case more
        case ended
        case damaged(String)
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private var input: UnsafeMutableBufferPointer<UInt8>
    private var position = 0
    private var filled = 0

    /// - Parameter gzip: expects gzip's header and checksum; bare deflate otherwise.
    init?(gzip: Bool) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(capacity: 1 << 16)
        // 15 bits of window; 16 more ask for gzip, a negative number for bare deflate (zlib.h, inflateInit2).
        let status = inflateInit2_(stream, gzip ? 31 : -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Input bytes not yet used.
    var pendingInput: Int { filled - position }

    /// Where the next input goes: let `fill` write there and return how much it wrote. Only when none is pending.
    func refill<E: Error>(_ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int) throws(E) {
        (position, filled) = (0, 0)
        filled = min(try fill(UnsafeMutableRawBufferPointer(input)), input.count)
    }

    /// Inflates into `buffer` until it is full, the input used up, or the stream over.
    func step(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, state: State) {
        // One call takes at most 2^32 - 1 bytes.
        let room = min(buffer.count, 1 << 30)
        stream.pointee.next_in = input.baseAddress.map { $0 + position }
        stream.pointee.avail_in = UInt32(pendingInput)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let status = inflate(stream, Z_NO_FLUSH)
        position = filled - Int(stream.pointee.avail_in)
        let count = room - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: return (count, .more)
        case Z_STREAM_END: return (count, .ended)
        default:
            let words = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(status)"
            return (count, .damaged(words))
        }
    }

    /// Begins with the next member.
    func reset() { inflateReset(stream) }
}
