/// An immutable row-major matrix of samples, N×D, kept in the type it was stored in.
///
/// Images stay bytes (0…255): CIFAR-10's training set is 150 MB, not the 600 MB that floats would take. Rows are
/// contiguous, the first one is 64-byte aligned, and `readMargin` bytes past the last row may be read (never used),
/// so that a vector load at the end of a row needs no special case.
public final class SampleMatrix: Sendable {
    public enum Element: Sendable, Equatable {
        /// `UInt8`, 0…255.
        case byte
        /// `Float`.
        case float

        public var size: Int { self == .byte ? 1 : 4 }
    }

    /// Bytes after the last row that a kernel may load.
    public static let readMargin = 128

    /// N, the number of rows.
    public let count: Int
    /// D, the number of values in a row.
    public let dimension: Int
    public let element: Element

    // SAFETY: written only inside the initializer's closure, before any other reference exists; freed in `deinit` of
    // the owner, which every slice keeps alive through `owner`.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    private let owner: SampleMatrix?

    /// Makes N×D bytes and lets `fill` write them (row-major, zero before).
    public init<Failure: Error>(
        bytes count: Int, dimension: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        (self.count, self.dimension, element, owner) = (count, dimension, .byte, nil)
        base = Self.allocate(count * dimension)
        try fill(.init(start: base.assumingMemoryBound(to: UInt8.self), count: count * dimension))
    }

    /// Makes N×D floats and lets `fill` write them (row-major, zero before).
    public init<Failure: Error>(
        floats count: Int, dimension: Int, fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        (self.count, self.dimension, element, owner) = (count, dimension, .float, nil)
        base = Self.allocate(count * dimension * 4)
        try fill(.init(start: base.assumingMemoryBound(to: Float.self), count: count * dimension))
    }

    private init(slicing source: SampleMatrix, _ rows: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= source.count, "rows \(rows) of \(source.count)")
        (count, dimension, element) = (rows.count, source.dimension, source.element)
        base = source.base + rows.lowerBound * source.dimension * source.element.size
        owner = source.owner ?? source
    }

    deinit {
        if owner == nil { base.deallocate() }
    }

    /// The same memory, seen from `rows.lowerBound` on; nothing is copied.
    public func slice(_ rows: Range<Int>) -> SampleMatrix { SampleMatrix(slicing: self, rows) }

    /// Bytes that the rows take.
    public var byteCount: Int { count * dimension * element.size }

    /// The first row; valid while this object lives.
    public var pointer: UnsafeRawPointer { UnsafeRawPointer(base) }

    /// The rows as bytes in memory, whatever the element.
    public func withRawBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    /// The value at (`row`, `column`), whatever the element; slow, for tests and reference code.
    public subscript(row: Int, column: Int) -> Double {
        precondition(row >= 0 && row < count && column >= 0 && column < dimension)
        let offset = row * dimension + column
        return switch element {
        case .byte: Double(base.load(fromByteOffset: offset, as: UInt8.self))
        case .float: Double(base.load(fromByteOffset: offset * 4, as: Float.self))
        }
    }

    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        LargeMemory.allocate(byteCount: byteCount + readMargin)
    }
}
