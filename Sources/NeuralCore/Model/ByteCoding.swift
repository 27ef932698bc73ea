import CKernels

/// Appends little-endian values.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Double) { append(value.bitPattern) }

    mutating func append(_ values: [Float]) {
        #if _endian(little)
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        #else
            for value in values { append(value.bitPattern) }
        #endif
    }

    /// Ends with a checksum of all that came before.
    mutating func seal() { append(Self.checksum(bytes[...])) }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { ck_checksum($0.baseAddress, Int64($0.count), 0) }
    }
}

/// Reads what `ByteWriter` wrote. Whatever the bytes are, it throws or returns; it never traps.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let what: String

    /// Checks length, checksum and magic.
    ///
    /// - Parameter what: what the bytes should be, for messages.
    init(_ bytes: [UInt8], magic: UInt64, what: String) throws(NeuralCoreError) {
        guard bytes.count >= 16 else {
            throw NeuralCoreError(.corrupted, "a \(what) of \(bytes.count) bytes is cut off")
        }
        (self.bytes, self.what, position) = (bytes[..<(bytes.count - 8)], what, 0)
        guard try integer(UInt64.self) == magic else {
            throw NeuralCoreError(.corrupted, "these bytes are no \(what)")
        }
        var tail = bytes[...].suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        tail ^= ByteWriter.checksum(self.bytes)
        guard tail == 0 else { throw NeuralCoreError(.corrupted, "the \(what) is damaged: its checksum differs") }
    }

    mutating func integer<I: FixedWidthInteger>(_ type: I.Type) throws(NeuralCoreError) -> I {
        let size = MemoryLayout<I>.size
        guard bytes.count - position >= size else {
            throw NeuralCoreError(.corrupted, "the \(what) is cut off at byte \(position)")
        }
        var value: I = 0
        for i in (0..<size).reversed() { value = value << 8 | I(truncatingIfNeeded: bytes[position + i]) }
        position += size
        return value
    }

    mutating func double() throws(NeuralCoreError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    /// A size that was written as 64 bits, in `range`.
    mutating func size(in range: ClosedRange<Int>, _ name: String) throws(NeuralCoreError) -> Int {
        let value = try integer(UInt64.self)
        guard let size = Int(exactly: value), range.contains(size) else {
            throw NeuralCoreError(.corrupted, "the \(what) says \(name) is \(value)")
        }
        return size
    }

    mutating func floats(_ count: Int) throws(NeuralCoreError) -> [Float] {
        guard count >= 0, (bytes.count - position) / 4 >= count else {
            throw NeuralCoreError(.corrupted, "the \(what) is cut off at byte \(position)")
        }
        let from = position
        position += count * 4
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableRawBufferPointer(buffer)
            bytes[from..<(from + count * 4)].withUnsafeBytes { target.copyMemory(from: $0) }
            #if _endian(big)
                for i in 0..<count { buffer[i] = Float(bitPattern: buffer[i].bitPattern.byteSwapped) }
            #endif
            initialized = count
        }
    }

    /// Nothing may be left.
    func finish() throws(NeuralCoreError) {
        guard position == bytes.count else {
            throw NeuralCoreError(.corrupted, "the \(what) has \(bytes.count - position) bytes too many")
        }
    }
}
