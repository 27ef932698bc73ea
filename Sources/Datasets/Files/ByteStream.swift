import CZlib

/// A stretch of a file read from front to back, inflated on the way if it is compressed.
///
/// Not for use from two threads at once.
final class ByteStream {
    enum Compression: Equatable {
        case none
        /// A gzip file, of one or more members.
        case gzip
        /// Bare deflate, as in a zip archive.
        case deflate
    }

    /// What an error calls this stream.
    let name: String
    /// Bytes delivered so far.
    private(set) var position = 0
    /// CRC-32 of the bytes delivered so far; 0 unless asked for.
    private(set) var checksum: UInt32 = 0
    private let keepsChecksum: Bool
    private let file: InputFile
    private let compression: Compression
    private var offset: Int
    private let end: Int
    private var inflater: Inflater?
    private var finished = false

    /// - Parameters:
    ///   - range: the bytes of the file to read; all of it when nil.
    ///   - name: what an error calls it; the file's path when nil.
    ///   - checksum: keeps a CRC-32.
    init(
        _ file: consuming InputFile, range: Range<Int>? = nil, compression: Compression, name: String? = nil,
        checksum: Bool = false
    ) throws(DatasetError) {
        self.name = name ?? file.path
        offset = range?.lowerBound ?? 0
        end = min(range?.upperBound ?? file.size, file.size)
        self.file = file
        self.compression = compression
        keepsChecksum = checksum
        if compression != .none {
            guard let inflater = Inflater(gzip: compression == .gzip) else {
                throw DatasetError(.io, "zlib has no memory to read \(self.name)")
            }
            self.inflater = inflater
        }
    }

    /// Reads up to `buffer.count` bytes; fewer only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        let count: Int
        if let inflater {
            count = try read(through: inflater, into: buffer)
        } else {
            let wanted = max(0, min(buffer.count, end - offset))
            count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(wanted)), at: offset)
            offset += count
        }
        if keepsChecksum {
            checksum = UInt32(
                truncatingIfNeeded: crc32_z(
                    UInt(checksum), buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count))
        }
        position += count
        return count
    }

    /// Fills `buffer`, or throws `truncated`.
    func readExactly(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) {
        let start = position
        let count = try read(into: buffer)
        guard count == buffer.count else {
            throw DatasetError(
                .truncated,
                "\(name) ends after \(start + count) bytes, at least \(start + buffer.count) are needed; fetch it again"
            )
        }
    }

    /// The next `count` bytes.
    func bytes(_ count: Int) throws(DatasetError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: DatasetError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DatasetError) { try readExactly(into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads the rest and hands it over piece by piece.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Void) throws(DatasetError) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let count = try read(into: piece)
            if count > 0 { try body(UnsafeRawBufferPointer(rebasing: piece[..<count])) }
            if count < piece.count { return }
        }
    }

    /// Throws `wrongSize` if anything follows.
    func expectEnd() throws(DatasetError) {
        let size = position
        var byte: UInt8 = 0
        var count = 0
        var failure: DatasetError?
        withUnsafeMutableBytes(of: &byte) { buffer in
            do throws(DatasetError) { count = try read(into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        guard count == 0 else {
            throw DatasetError(
                .wrongSize, "\(name) goes on after the \(size) bytes that its header announces; fetch it again")
        }
    }

    /// Reads past `count` bytes and throws unless the end follows them.
    func skipRest(exactly count: Int) throws(DatasetError) {
        let start = position
        // Nothing to verify in an uncompressed stretch whose size is known.
        if compression == .none, end - offset == count { return }
        try forEachPiece { _ throws(DatasetError) in }
        guard position - start == count else {
            throw DatasetError(
                position - start < count ? .truncated : .wrongSize,
                "\(name) has \(position) bytes instead of \(start + count); fetch it again")
        }
    }

    private func refill(_ inflater: Inflater) throws(DatasetError) {
        try inflater.refill { buffer throws(DatasetError) in
            let wanted = max(0, min(buffer.count, end - offset))
            let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(wanted)), at: offset)
            offset += count
            return count
        }
    }

    private func read(
        through inflater: Inflater, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DatasetError) -> Int {
        var done = 0
        while done < buffer.count, !finished {
            if inflater.pendingInput == 0 { try refill(inflater) }
            let starved = inflater.pendingInput == 0
            let (count, state) = inflater.step(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            done += count
            switch state {
            case .more:
                if count == 0, starved {
                    throw DatasetError(
                        .truncated, "\(name) breaks off in the middle of its compressed data; fetch it again")
                }
            case .ended:
                // A gzip file may hold several members, one after the other.
                if compression == .gzip, inflater.pendingInput > 0 || offset < end {
                    inflater.reset()
                } else {
                    finished = true
                }
            case .damaged(let words):
                throw DatasetError(.badFormat, "\(name) is damaged: \(words); fetch it again")
            }
        }
        return done
    }
}
