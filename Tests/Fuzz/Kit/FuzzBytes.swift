/// The bytes that libFuzzer hands over, taken apart from the front.
public struct FuzzBytes {
    public private(set) var rest: ArraySlice<UInt8>

    public init(_ data: UnsafePointer<UInt8>?, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: data, count: count))[...]
    }

    /// All that is left.
    public var bytes: [UInt8] { Array(rest) }

    /// The next byte, which chooses between variants; 0 past the end.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Up to `count` of the next bytes.
    public mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A part whose size stands before it in two bytes.
    public mutating func part() -> [UInt8] {
        let size = Int(byte()) | Int(byte()) << 8
        return take(size)
    }
}
