import CZlib

/// Little-endian bytes of the lowest `count` bytes of `value`.
func little(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// Big-endian 32 bits, as IDX has them.
func big(_ value: Int) -> [UInt8] { little(value, 4).reversed() }

func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

func crc(_ bytes: [UInt8]) -> UInt32 { UInt32(crc32_z(0, bytes, bytes.count)) }

/// zlib's own deflate; 31 bits of window make a gzip file, -15 bare deflate.
func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    var input = bytes
    let capacity = output.count
    let written = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(capacity)
            deflate(&stream, Z_FINISH)
            return capacity - Int(stream.avail_out)
        }
    }
    return Array(output[..<written])
}

func gzipped(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, windowBits: 31) }

/// A small generator, so that tests see the same bytes each time.
struct Noise {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 24) }
    mutating func below(_ bound: Int) -> Int { Int(next() >> 1) % bound }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}
