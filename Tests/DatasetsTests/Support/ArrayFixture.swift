/// Writes `.npy` and `.npz` files as numpy does.
enum ArrayFixture {
    /// - Parameter version: of the format, 1 to 3.
    static func npy(_ type: String, _ shape: [Int], _ values: [UInt8], version: UInt8 = 1, fortran: Bool = false)
        -> [UInt8]
    {
        let shapeText = "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
        var header = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shapeText), }"
        let prefix = version == 1 ? 10 : 12
        while (prefix + header.utf8.count + 1) % 64 != 0 { header += " " }
        header += "\n"
        return [0x93] + ascii("NUMPY") + [version, 0] + little(header.utf8.count, version == 1 ? 2 : 4) + ascii(header)
            + values
    }

    static func bytes(_ floats: [Float]) -> [UInt8] { floats.flatMap { little($0.bitPattern, 4) } }
    static func bytes(_ doubles: [Double]) -> [UInt8] { doubles.flatMap { little($0.bitPattern, 8) } }

    /// - Parameters:
    ///   - compressed: deflates, as `savez_compressed` does.
    ///   - zip64: gives the sizes in extra fields, as `savez` does with `force_zip64`, in the directory too.
    static func npz(_ arrays: [(String, [UInt8])], compressed: Bool = false, zip64: Bool = true) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, contents) in arrays {
            let member = ascii("\(name).npy")
            let data = compressed ? deflated(contents, windowBits: -15) : contents
            let method = little(compressed ? 8 : 0, 2)
            let offset = file.count
            let sizes: [UInt8] =
                zip64
                ? [UInt8](repeating: 0xff, count: 8) : little(data.count, 4) + little(contents.count, 4)
            let wide = little(contents.count, 8) + little(data.count, 8)
            let extra: [UInt8] = zip64 ? little(1, 2) + little(16, 2) + wide : []
            let common = method + [0, 0, 0x21, 0] + little(crc(contents), 4) + sizes + little(member.count, 2)
            file += [0x50, 0x4b, 3, 4] + little(zip64 ? 45 : 20, 2) + [0, 0] + common + little(extra.count, 2)
            file += member + extra + data
            directory += [0x50, 0x4b, 1, 2] + little(45, 2) + little(20, 2) + [0, 0] + common + little(extra.count, 2)
            directory += [UInt8](repeating: 0, count: 10) + little(offset, 4) + member + extra
        }
        let start = file.count
        file += directory
        if zip64 {
            let record = file.count
            file += [0x50, 0x4b, 6, 6] + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
            file += little(arrays.count, 8) + little(arrays.count, 8) + little(directory.count, 8) + little(start, 8)
            file += [0x50, 0x4b, 6, 7] + little(0, 4) + little(record, 8) + little(1, 4)
        }
        let count = zip64 ? [0xff, 0xff] : little(arrays.count, 2)
        file += [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count
        file += zip64 ? [UInt8](repeating: 0xff, count: 8) : little(directory.count, 4) + little(start, 4)
        return file + [0, 0]
    }
}
