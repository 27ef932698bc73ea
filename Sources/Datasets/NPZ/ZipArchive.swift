/// The members of a zip archive, as `numpy.savez` writes it: stored or deflated, with zip64's sizes if need be.
///
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3. Only the central directory is believed.
struct ZipArchive {
    struct Member: Sendable, Equatable {
        let name: String
        let deflated: Bool
        let checksum: UInt32
        let compressedSize: Int
        let size: Int
        /// Where the local header begins.
        let headerOffset: Int
    }

    private static let largestDirectory = 1 << 22

    let path: String
    let members: [String: Member]

    init(_ path: String) throws(DatasetError) {
        self.path = path
        let file = try InputFile(path)
        let (offset, size, count) = try Self.directory(of: file)
        guard size <= Self.largestDirectory else {
            throw DatasetError(.badFormat, "\(path) has a directory of \(size) bytes; save fewer arrays in it")
        }
        let bytes = try file.bytes(size, at: offset)
        var members: [String: Member] = [:]
        var position = 0
        for _ in 0..<count {
            let member = try Self.member(bytes, &position, path: path, fileSize: file.size)
            guard members.updateValue(member, forKey: member.name) == nil else {
                throw DatasetError(
                    .badFormat, "\(path) has two members called \(member.name); save it again with numpy.savez")
            }
        }
        self.members = members
    }

    /// The contents of a member, inflated.
    func stream(_ member: Member) throws(DatasetError) -> ByteStream {
        let file = try InputFile(path)
        let header = try file.bytes(30, at: member.headerOffset)
        guard header.starts(with: [0x50, 0x4b, 3, 4]) else {
            throw Self.damaged(path, "no header before \(member.name)")
        }
        let start = member.headerOffset + 30 + header[26..<28].littleEndianInteger + header[28..<30].littleEndianInteger
        guard start <= file.size - member.compressedSize else {
            throw DatasetError(.truncated, "\(path) ends within \(member.name); save or copy it again")
        }
        return try ByteStream(
            file, range: start..<(start + member.compressedSize), compression: member.deflated ? .deflate : .none,
            name: "\(member.name) in \(path)", checksum: true)
    }

    // MARK: The central directory

    private static func damaged(_ path: String, _ what: String) -> DatasetError {
        DatasetError(.badFormat, "\(path) is not a sound zip archive (\(what)); save it again with numpy.savez")
    }

    private static func directory(
        of file: borrowing InputFile
    ) throws(DatasetError) -> (offset: Int, size: Int, count: Int) {
        // The end record is the last thing in the file but for a comment of at most 65535 bytes.
        let tailSize = min(file.size, 22 + 65535)
        let tail = try file.bytes(tailSize, at: file.size - tailSize)
        guard tailSize >= 22,
            let place = (0...(tailSize - 22)).last(where: { place in
                tail[place...].starts(with: [0x50, 0x4b, 5, 6])
                    && place + 22 + tail[(place + 20)..<(place + 22)].littleEndianInteger == tailSize
            })
        else {
            throw DatasetError(
                .truncated,
                "\(file.path) has no zip directory at its end; it is cut off or no .npz file, save or copy it again")
        }
        var count = tail[(place + 10)..<(place + 12)].littleEndianInteger
        var size = tail[(place + 12)..<(place + 16)].littleEndianInteger
        var offset = tail[(place + 16)..<(place + 20)].littleEndianInteger
        if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
            guard place >= 20, tail[(place - 20)...].starts(with: [0x50, 0x4b, 6, 7]) else {
                throw damaged(file.path, "no zip64 locator")
            }
            let at = tail[(place - 12)..<(place - 4)].littleEndianInteger
            guard at >= 0, at <= file.size - 56 else { throw damaged(file.path, "zip64 record out of place") }
            let record = try file.bytes(56, at: at)
            guard record.starts(with: [0x50, 0x4b, 6, 6]) else { throw damaged(file.path, "no zip64 record") }
            count = record[32..<40].littleEndianInteger
            size = record[40..<48].littleEndianInteger
            offset = record[48..<56].littleEndianInteger
        }
        guard size >= 0, size <= file.size, offset >= 0, offset <= file.size - size, count >= 0, count <= size / 46
        else {
            throw damaged(file.path, "directory out of place")
        }
        return (offset, size, count)
    }

    private static func member(
        _ bytes: [UInt8], _ position: inout Int, path: String, fileSize: Int
    ) throws(DatasetError) -> Member {
        guard position <= bytes.count - 46, bytes[position...].starts(with: [0x50, 0x4b, 1, 2]) else {
            throw damaged(path, "broken directory")
        }
        func number(_ offset: Int, _ width: Int) -> Int {
            bytes[(position + offset)..<(position + offset + width)].littleEndianInteger
        }
        let (nameSize, extraSize, commentSize) = (number(28, 2), number(30, 2), number(32, 2))
        let end = position + 46 + nameSize + extraSize + commentSize
        guard end <= bytes.count else { throw damaged(path, "broken directory") }
        let name = String(decoding: bytes[(position + 46)..<(position + 46 + nameSize)], as: UTF8.self)
        guard number(8, 2) & 1 == 0 else {
            throw DatasetError(.unsupported, "\(name) in \(path) is encrypted; save it again with numpy.savez")
        }
        let method = number(10, 2)
        guard method == 0 || method == 8 else {
            throw DatasetError(
                .unsupported, "\(name) in \(path) has compression method \(method); save it again with numpy.savez")
        }
        var sizes = [number(24, 4), number(20, 4), number(42, 4)]
        let extra = bytes[(position + 46 + nameSize)..<(position + 46 + nameSize + extraSize)]
        widen(&sizes, from: Array(extra))
        let (size, compressedSize, offset) = (sizes[0], sizes[1], sizes[2])
        // Deflate shrinks data by 1032 at most (zlib's technical details): a lying size is not believed.
        guard compressedSize >= 0, compressedSize <= fileSize, offset >= 0, offset <= fileSize - 30, size >= 0,
            method == 0 ? size == compressedSize : size / 1032 <= compressedSize + 1
        else { throw damaged(path, "impossible sizes of \(name)") }
        let checksum = UInt32(truncatingIfNeeded: number(16, 4))
        position = end
        return Member(
            name: name, deflated: method == 8, checksum: checksum, compressedSize: compressedSize, size: size,
            headerOffset: offset)
    }

    /// Takes those numbers that are all ones from zip64's extra field, in which only they are listed, in order.
    private static func widen(_ sizes: inout [Int], from extra: [UInt8]) {
        var position = 0
        while position <= extra.count - 4 {
            let kind = extra[position..<(position + 2)].littleEndianInteger
            let end = position + 4 + extra[(position + 2)..<(position + 4)].littleEndianInteger
            guard end <= extra.count else { return }
            if kind == 1 {
                var place = position + 4
                for index in sizes.indices where sizes[index] == 0xffff_ffff && place <= end - 8 {
                    sizes[index] = extra[place..<(place + 8)].littleEndianInteger
                    place += 8
                }
            }
            position = end
        }
    }
}
