import NIOCore

/// A body that ends with ``TooLong`` where it has more bytes than allowed.
struct LimitedBody<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    let base: Base
    let limit: Int

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), left: limit) }

    struct Iterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        var left: Int

        mutating func next() async throws -> ByteBuffer? {
            guard let piece = try await base.next(isolation: #isolation) else { return nil }
            left -= piece.readableBytes
            if left < 0 { throw TooLong() }
            return piece
        }
    }
}

struct TooLong: Error {}
