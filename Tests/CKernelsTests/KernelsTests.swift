import CKernels
import Testing

/// The kernels against plain loops, bit for bit: each output is one chain of fused multiply-adds.
struct KernelsTests {
    static let sets: [String] = ["avx512bf16", "avx512", "avx2", "neon", "baseline"].filter { (name: String) in
        ck_select(name) != nil
    }

    struct Shape: Sendable {
        let d: Int, h: Int, c: Int, b: Int

        var count: Int { d * h + h + h * c + c }
        var shape: ck_shape { ck_shape(dimension: Int64(d), hidden: Int64(h), classes: Int64(c)) }
    }

    static let shapes = [
        Shape(d: 1, h: 1, c: 1, b: 1), Shape(d: 79, h: 15, c: 10, b: 49), Shape(d: 80, h: 16, c: 10, b: 50),
        Shape(d: 81, h: 17, c: 10, b: 51), Shape(d: 193, h: 97, c: 17, b: 13), Shape(d: 7, h: 83, c: 90, b: 5),
        Shape(d: 29, h: 161, c: 3, b: 101),
    ]

    @Test(arguments: sets, shapes)
    func logitsAreChainsOfFusedMultiplyAdds(_ name: String, _ s: Shape) throws {
        let weights = numbers(s.count, key: 1)
        let x = numbers(s.b * s.d, key: 2)
        let (w1, b1) = (weights[..<(s.d * s.h)], weights[(s.d * s.h)..<(s.d * s.h + s.h)])
        let w2 = Array(weights[(s.d * s.h + s.h)...])
        var expected: [Float] = []
        for b in 0..<s.b {
            let a1 = (0..<s.h).map { h in
                let z = (0..<s.d).reduce(b1[b1.startIndex + h]) { $0.addingProduct(x[b * s.d + $1], w1[$1 * s.h + h]) }
                return max(z, 0)
            }
            for c in 0..<s.c {
                expected.append((0..<s.h).reduce(w2[s.h * s.c + c]) { $0.addingProduct(a1[$1], w2[$1 * s.c + c]) })
            }
        }
        #expect(try logits(name, s, weights, x) == expected)
    }

    /// Evaluations go through a split in pieces, and the last piece is shorter.
    @Test(arguments: sets, [1, 10, 17, 81, 161, 320])
    func scratchMemoryForManyRowsServesFewer(_ name: String, _ hidden: Int) throws {
        let kernels = try #require(ck_select(name))
        for (dimension, classes) in [(1, 2), (64, 10), (3072, 100)] {
            let shape = Shape(d: dimension, h: hidden, c: classes, b: 1).shape
            let bytes = (1...1000).map { ck_workspace_bytes(kernels, shape, Int64($0)) }
            #expect(bytes == bytes.sorted(), "D \(dimension), C \(classes)")
        }
    }

    @Test(arguments: sets, shapes)
    func unitsAreActiveThatAnyRowMakesSo(_ name: String, _ s: Shape) throws {
        var weights = numbers(s.count, key: 1)
        let x = numbers(s.b * s.d, key: 2)
        // Every third unit is far below zero, the last one too: its neighbours are lanes that pad.
        for h in 0..<s.h where h % 3 == 1 || h == s.h - 1 { weights[s.d * s.h + h] = -1000 }
        let expected: [UInt8] = (0..<s.h).map { h in
            let isActive = (0..<s.b).contains { b in
                (0..<s.d).reduce(weights[s.d * s.h + h]) {
                    $0.addingProduct(x[b * s.d + $1], weights[$1 * s.h + h])
                } > 0
            }
            return isActive ? 1 : 0
        }
        // As many flags as units, and one that must stay.
        var active = [UInt8](repeating: 0, count: s.h) + [7]
        let plain = try logits(name, s, weights, x)
        #expect(try logits(name, s, weights, x, active: &active) == plain)
        #expect(active == expected + [7])
        #expect(s.h < 3 || expected.contains(1))
        // What was set stays set; NaN is not zero.
        active = [UInt8](repeating: 1, count: s.h)
        _ = try logits(name, s, weights, x, active: &active)
        #expect(active.allSatisfy { $0 == 1 })
        active = [UInt8](repeating: 0, count: s.h)
        weights[s.d * s.h + s.h - 1] = .nan
        _ = try logits(name, s, weights, x, active: &active)
        #expect(active[s.h - 1] == 1)
    }

    @Test(arguments: sets, shapes)
    func packingIsUndoneByUnpacking(_ name: String, _ s: Shape) throws {
        let isa = try #require(ck_select(name))
        let weights = numbers(s.count, key: 3)
        let count = Int(ck_parameter_layout(isa, s.shape).count)
        #expect(count >= s.count)
        // Padding must come out as zero whatever was there.
        var packed = [Float](repeating: .nan, count: count)
        var back = [Float](repeating: 0, count: s.count)
        ck_pack(isa, s.shape, weights, &packed)
        ck_unpack(isa, s.shape, packed, &back)
        #expect(back == weights)
        #expect(packed.count { $0 == 0 } == count - s.count)
    }

    @Test(arguments: sets, shapes)
    func squaresAreSummedDownTheColumns(_ name: String, _ s: Shape) throws {
        let isa = try #require(ck_select(name))
        let weights = numbers(s.count, key: 4)
        let layout = ck_parameter_layout(isa, s.shape)
        var packed = [Float](repeating: 0, count: Int(layout.count))
        ck_pack(isa, s.shape, weights, &packed)
        var squares = [Float](repeating: .nan, count: Int(layout.hidden_padded + layout.classes_padded))
        ck_squares(isa, s.shape, packed, &squares)
        for h in 0..<s.h {
            let chain = (0..<s.d).reduce(Float(0)) { $0.addingProduct(weights[$1 * s.h + h], weights[$1 * s.h + h]) }
            #expect(squares[h] == chain)
        }
        var zero = [Float](repeating: .nan, count: Int(layout.hidden_padded))
        ck_difference_squares(isa, s.shape, packed, packed, &zero)
        #expect(zero.allSatisfy { $0 == 0 })
    }

    /// One input, W2 the identity: logits are fma(x, w, b) alone, here of all magnitudes, many of them ties.
    @Test(arguments: sets)
    func aProductAndASumAreRoundedOnce(_ name: String) throws {
        let s = Shape(d: 1, h: 64, c: 64, b: 200)
        var weights = [Float](repeating: 0, count: s.count)
        for h in 0..<64 {
            weights[128 + h * 64 + h] = 1
            weights[h] = hard(h, stream: 5)
            weights[64 + h] = abs(hard(h, stream: 6))
        }
        let x = (0..<s.b).map { hard($0, stream: 7) }
        let found = try logits(name, s, weights, x)
        var compared = 0
        for b in 0..<s.b {
            for h in 0..<64 {
                let exact = weights[64 + h].addingProduct(x[b], weights[h])
                guard exact.isFinite else { continue }
                compared += 1
                #expect(found[b * 64 + h] == max(exact, 0), "\(x[b]) \(weights[h]) \(weights[64 + h])")
            }
        }
        #expect(compared > 6000)
    }

    @Test func aChecksumSeesEveryBit() {
        let bytes = (0..<67).map { UInt8($0) }
        let whole = ck_checksum(bytes, 67, 0)
        for bit in 0..<(67 * 8) {
            var changed = bytes
            changed[bit / 8] ^= UInt8(1 << (bit % 8))
            #expect(ck_checksum(changed, 67, 0) != whole)
        }
        #expect(ck_checksum(bytes, 66, 0) != whole && ck_checksum(bytes, 67, 1) != whole)
    }

    @Test func columnsOfBytesAreSummedExactly() {
        let rows = (0..<(300 * 5)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var sums = [UInt64](repeating: 9, count: 5)
        var squares = sums
        ck_byte_columns(rows, 300, 5, &sums, &squares)
        for d in 0..<5 {
            let column = stride(from: d, to: rows.count, by: 5).map { UInt64(rows[$0]) }
            #expect(sums[d] == column.reduce(0, +) && squares[d] == column.reduce(0) { $0 + $1 * $1 })
        }
    }

    @Test func columnsOfFloatsAreSummedInTheOrderOfTheRows() {
        let (rows, mean) = (numbers(300 * 5, key: 5), numbers(5, key: 6).map { Double($0) })
        for power in [1, 2] {
            var sums = [Double](repeating: 9, count: 5)
            ck_float_columns(rows, 300, 5, mean, Int32(power), &sums)
            for d in 0..<5 {
                let apart = stride(from: d, to: rows.count, by: 5).map { Double(rows[$0]) - mean[d] }
                #expect(sums[d] == apart.reduce(0) { $0 + (power == 2 ? $1 * $1 : $1) })
            }
        }
    }

    @Test func unknownInstructionSetsAreNotSelected() {
        #expect(ck_select("") == nil && ck_select("AVX2") == nil && ck_select(nil) != nil)
    }

    // MARK: Helpers

    /// Floats in −1…1.
    private func numbers(_ count: Int, key: UInt32) -> [Float] {
        (0..<count).map { Float(Int32(bitPattern: word($0, key))) / 2_147_483_648 }
    }

    /// Few significant bits and a far spread of exponents, so that sums are ties or all but.
    private func hard(_ index: Int, stream: UInt32) -> Float {
        let random = word(index, stream)
        let significand = Float(1 + (random & 0xFFF)) + (random & 0x1000 == 0 ? 0 : 4_194_304)
        let power = Int(random >> 13 & 63) - 44
        return (random >> 31 == 0 ? 1 : -1) * significand * Float(sign: .plus, exponent: power, significand: 1)
    }

    private func word(_ index: Int, _ key: UInt32) -> UInt32 {
        var out: [UInt32] = [0, 0, 0, 0]
        ck_philox([UInt32(index), 0, 0, 0], [key, 0], &out)
        return out[0]
    }

    private func logits(
        _ name: String, _ s: Shape, _ weights: [Float], _ x: [Float], active: UnsafeMutablePointer<UInt8>? = nil
    ) throws -> [Float] {
        let isa = try #require(ck_select(name))
        var packed = [Float](repeating: 0, count: Int(ck_parameter_layout(isa, s.shape).count))
        ck_pack(isa, s.shape, weights, &packed)
        let rows = x + [Float](repeating: 0, count: 32)
        let index = (0..<s.b).map { UInt32($0) }
        let labels = [UInt16](repeating: 0, count: s.b)
        let padded = (s.d + 127) / 64 * 64
        let mean = [Float](repeating: 0, count: padded)
        let scale = [Float](repeating: 1, count: padded)
        let bytes = Int(ck_workspace_bytes(isa, s.shape, Int64(s.b)))
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        defer { memory.deallocate() }
        // NaN everywhere: whatever reads scratch memory before writing it shows.
        memory.initializeMemory(as: UInt8.self, repeating: 0xFF, count: bytes)
        var logits = [Float](repeating: .nan, count: s.b * s.c)
        rows.withUnsafeBytes { rows in
            index.withUnsafeBufferPointer { index in
                labels.withUnsafeBufferPointer { labels in
                    mean.withUnsafeBufferPointer { mean in
                        scale.withUnsafeBufferPointer { scale in
                            let batch = ck_batch(
                                rows: rows.baseAddress, element: CK_FLOAT, index: index.baseAddress, next_index: nil,
                                labels: labels.baseAddress, count: Int64(s.b), mean: mean.baseAddress,
                                scale: scale.baseAddress)
                            _ = ck_evaluate(isa, s.shape, packed, nil, batch, nil, &logits, active, memory)
                        }
                    }
                }
            }
        }
        return logits
    }
}
