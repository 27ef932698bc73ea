import NeuralCore

/// Samples out of thin air, the same on every machine: integer arithmetic only.
///
/// A class has two prototypes; a sample is one of them plus noise, clamped to 0...255. A sample depends on the seed,
/// its pool and its index alone, so a larger split begins with the samples of a smaller one. A network of 50 hidden
/// units classifies more than nine out of ten correctly, given a learning rate between 1e-3 and 1e-2.
struct SyntheticSource: SampleSource {
    let options: SyntheticOptions
    let location = ""
    let layout = "generated"

    /// Prototypes of one class.
    private static let modes = 2
    /// Samples that a pool can give.
    private static let poolSize = 10_000_000

    func files() -> [String] { [] }

    func contents() throws(DatasetError) -> SourceContents {
        guard (1...65536).contains(options.inputs) else {
            throw DatasetError(.wrongSize, "synthetic samples of \(options.inputs) values; inputs must be in 1...65536")
        }
        guard (2...1000).contains(options.classes) else {
            throw DatasetError(
                .wrongSize, "synthetic samples of \(options.classes) classes; classes must be in 2...1000")
        }
        return SourceContents(
            training: Self.poolSize, validation: nil, test: Self.poolSize, dimension: options.inputs,
            classNames: numberedClasses(options.classes), image: nil)
    }

    func read(_ pool: SamplePool, count: Int, contents: SourceContents) throws(DatasetError) -> LabelledSamples {
        try checkedByteCount(count, options.inputs, 1, in: "synthetic")
        let prototypes = prototypes()
        var labels: [UInt16] = []
        labels.reserveCapacity(count)
        let samples = SampleMatrix(bytes: count, dimension: options.inputs) { matrix in
            for index in 0..<count {
                var random = SplitMix64(seed: options.seed, stream: pool == .test ? 2 : 1, index: UInt64(index))
                let prototype = Int(random.next() % UInt64(prototypes.count / options.inputs))
                labels.append(UInt16(prototype / Self.modes))
                let row = UnsafeMutableBufferPointer(
                    rebasing: matrix[(index * options.inputs)...].prefix(options.inputs))
                fill(row, from: prototypes[(prototype * options.inputs)...].prefix(options.inputs), &random)
            }
        }
        return LabelledSamples(samples: samples, labels: labels, classes: options.classes)
    }

    /// classes × modes × inputs offsets from the middle grey.
    private func prototypes() -> [Int16] {
        let reach = Self.reach(inputs: options.inputs)
        var random = SplitMix64(seed: options.seed, stream: 0, index: 0)
        return (0..<(options.classes * Self.modes * options.inputs)).map { _ in
            Int16(Int(random.next() >> 32) % (2 * reach + 1) - reach)
        }
    }

    /// The largest offset of a prototype: 44 for 192 inputs.
    ///
    /// With fewer inputs it grows like 1/√D, up to 96, so that distances stay alike. With more it shrinks like
    /// D^(-1/4) only, because there is more noise to learn by heart as well.
    private static func reach(inputs: Int) -> Int {
        let square = 44 * 44 * 192 / inputs
        let fourth = 44 * 44 * 44 * 44 * 192 / inputs
        return (4...96).last { inputs < 192 ? $0 * $0 <= square : $0 * $0 * $0 * $0 <= fourth } ?? 4
    }

    private func fill(
        _ row: UnsafeMutableBufferPointer<UInt8>, from prototype: ArraySlice<Int16>, _ random: inout SplitMix64
    ) {
        var bits: UInt64 = 0
        for (column, offset) in prototype.enumerated() {
            bits = column.isMultiple(of: 2) ? random.next() : bits >> 32
            // Four bytes add up to nearly a normal number of mean 510 and deviation 148; 104/256 of it deviates by 60.
            let sum = (bits & 0xff) + (bits >> 8 & 0xff) + (bits >> 16 & 0xff) + (bits >> 24 & 0xff)
            let noise = ((Int(sum) - 510) * 104) >> 8
            row[column] = UInt8(clamping: 128 + Int(offset) + noise)
        }
    }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (OOPSLA 2014), figure 17.
struct SplitMix64 {
    private var state: UInt64

    /// A generator for one item of one stream of a seed.
    init(seed: UInt64, stream: UInt64, index: UInt64) {
        state = Self.mix(Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15) &+ stream) &+ index &* 0xd134_2543_de82_ef95
        state = Self.mix(state)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
