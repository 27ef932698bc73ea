import FuzzKit

@testable import Datasets

private let folder: ScratchFolder = {
    let folder = ScratchFolder()
    folder.make(folder: "target")
    return folder
}()

/// Any bytes as an archive; by the first byte, with its headers' sums put right, which no mutation would do.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTar(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzBytes(data, count)
    let mends = input.byte() & 1 == 0
    var bytes = input.bytes
    if mends { mendSums(of: &bytes) }
    folder.write(bytes, to: "archive")
    let limit = 1 << 16
    do throws(DatasetError) {
        let stream = try ByteStream(InputFile(folder.path + "/archive"), compression: .none)
        try TarReader(stream, folder: "data", largestTotal: limit).unpack(into: folder.path + "/target")
    } catch {
        expect(!error.message.isEmpty, "a refusal says nothing")
    }
    // Nothing but regular files, all of them inside, no more than is allowed.
    let total = folder.files(in: "target").values.reduce(0, +)
    expect(total <= limit, "\(total) bytes are unpacked")
    folder.empty(folder: "target")
    return 0
}

/// Goes from header to header and writes the sum that each should have.
private func mendSums(of bytes: inout [UInt8]) {
    var place = 0
    while place + TarReader.block <= bytes.count, bytes[place] != 0 {
        for offset in 148..<156 { bytes[place + offset] = 32 }
        let sum = bytes[place..<(place + TarReader.block)].reduce(0) { $0 + Int($1) }
        let digits = Array(String(sum, radix: 8).utf8)
        for offset in 0..<6 {
            let index = offset - (6 - digits.count)
            bytes[place + 148 + offset] = index < 0 ? 48 : digits[index]
        }
        bytes[place + 154] = 0
        let size = bytes[(place + 124)..<(place + 135)].reduce(0) { 48...55 ~= $1 ? $0 << 3 | Int($1 - 48) : $0 }
        place += TarReader.block + (min(size, bytes.count) + TarReader.block - 1) / TarReader.block * TarReader.block
    }
}
