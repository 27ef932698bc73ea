import FuzzKit

@testable import Datasets

private let folder = ScratchFolder()

/// Any bytes as a gzip file or bare deflate, by the first byte; the size of the pieces, by the second, changes nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGzip(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    let (kind, piece) = (input.byte(), Int(input.byte()) + 1)
    let compression: ByteStream.Compression = kind & 1 == 0 ? .gzip : .deflate
    folder.write(input.rest, to: "stream")
    let whole = contents(compression, piece: 1 << 16)
    let pieces = contents(compression, piece: piece)
    expect(whole == pieces, "\(whole) in one piece, \(pieces) in pieces of \(piece)")
    return 0
}

private struct Contents: Equatable {
    var count = 0
    var checksum: UInt32 = 0
    var failure: String?
}

/// What the stream delivers before it ends, fails, or has delivered a megabyte.
private func contents(_ compression: ByteStream.Compression, piece: Int) -> Contents {
    var found = Contents()
    do throws(DatasetError) {
        let stream = try ByteStream(
            InputFile("\(folder.path)/stream"), compression: compression, name: "stream", checksum: true)
        let limit = 1 << 20
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 1)
        defer { buffer.deallocate() }
        while stream.position < limit {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(limit - stream.position))
            let count = try stream.read(into: part)
            (found.count, found.checksum) = (stream.position, stream.checksum)
            if count < part.count { break }
        }
    } catch {
        // Where it fails depends on the pieces; that it fails does not.
        found = Contents(failure: "\(error.code)")
    }
    return found
}
