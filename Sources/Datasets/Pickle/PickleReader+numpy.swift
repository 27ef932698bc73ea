extension PickleReader {
    /// REDUCE: a call in Python; here, what the five known functions would have made.
    func reduce() throws(DatasetError) {
        guard case .tuple(let arguments) = try pop(), case .global(let function) = try pop() else {
            throw damaged("a call without arguments")
        }
        let values = arguments.values
        switch function {
        case .reconstruct:
            guard values.count == 3, case .global(.ndarray) = values[0] else {
                throw damaged("a call that makes no array")
            }
            stack.append(.array(PickleArray()))
        case .dtype:
            guard let first = values.first, case .bytes(let name) = first else {
                throw damaged("a type without a name")
            }
            stack.append(.type(PickleType(text(contents(of: name)))))
        case .encode:
            guard values.count == 2, case .bytes(let text) = values[0], case .bytes(let codec) = values[1],
                ["latin1", "latin-1"].contains(self.text(contents(of: codec)))
            else { throw damaged("bytes in an unknown code") }
            copied += text.count
            guard copied <= bytes.count else { throw damaged("it says the same more than once") }
            stack.append(.bytes(.owned(try latin1(contents(of: text)))))
        case .fromBuffer:
            guard values.count == 4, case .bytes(let bytes) = values[0], case .bytes(let order) = values[3],
                text(contents(of: order)) == "C"
            else { throw damaged("an array that is not in C order") }
            let array = PickleArray()
            try fill(array, shape: values[2], type: values[1], bytes: bytes)
            stack.append(.array(array))
        case .ndarray:
            throw damaged("a call of ndarray")
        }
    }

    /// BUILD: the state of the array or the type below it on the stack.
    func build() throws(DatasetError) {
        let state = try pop()
        let target = try pop()
        switch target {
        case .type: break  // Byte order and the like: uint8 has none.
        case .array(let array):
            // Version, shape, type, whether in Fortran order, contents.
            guard case .tuple(let items) = state, items.values.count == 5, case .bytes(let bytes) = items.values[4]
            else {
                throw damaged("an array without contents")
            }
            switch items.values[3] {
            case .bool(false), .int(0): break
            default: throw damaged("an array in Fortran order")
            }
            try fill(array, shape: items.values[1], type: items.values[2], bytes: bytes)
        default: throw damaged("a state that belongs to nothing")
        }
        stack.append(target)
    }

    private func fill(
        _ array: PickleArray, shape: PickleValue, type: PickleValue, bytes: PickleBytes
    ) throws(DatasetError) {
        guard case .type(let type) = type, ["u1", "|u1", "uint8"].contains(type.name) else {
            throw damaged("an array of something else than uint8")
        }
        guard case .tuple(let items) = shape, items.values.count <= 8 else { throw damaged("an array without a shape") }
        var sizes: [Int] = []
        var total = 1
        for value in items.values {
            guard case .int(let size) = value, size >= 0 else { throw damaged("an array without a shape") }
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard !overflow else { throw damaged("an array of impossible size") }
            sizes.append(size)
            total = product
        }
        guard total == bytes.count else {
            throw damaged("an array of \(total) values in \(bytes.count) bytes")
        }
        (array.shape, array.bytes) = (sizes, bytes)
    }

    /// UTF-8 whose scalars are all below 256, as one byte each.
    private func latin1(_ text: ArraySlice<UInt8>) throws(DatasetError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte < 0x80 {
                bytes.append(byte)
                index += 1
            } else {
                guard byte == 0xc2 || byte == 0xc3, index + 1 < text.endIndex, text[index + 1] & 0xc0 == 0x80 else {
                    throw damaged("bytes in an unknown code")
                }
                bytes.append(byte << 6 | text[index + 1] & 0x3f)
                index += 2
            }
        }
        return bytes
    }
}
