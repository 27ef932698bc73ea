import CKernels

/// How samples of a data set become inputs of a network: measured on the training images once, saved with every model.
///
/// Each group of features is, for an image x: g = the group's values of x, then (g − mean)·scale value by value, or
/// (g − mean)·W. Of pixels, g is first (v − m) / √(variance + 10) with the image's own mean and variance, if they are to be
/// whitened (Coates, Ng, Lee: *An analysis of single-layer networks in unsupervised feature learning*, 2011).
public struct FeatureTransform: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        var kind: Preparation.Features
        /// D values of the training images' mean.
        var mean: [Float]
        /// D factors; empty when the group is whitened.
        var scale: [Float]
        /// D×k, row-major; empty when it is not.
        var matrix: [Float]
        /// The standard deviation of each output, on which its bytes are based.
        var deviation: [Float]

        var inputs: Int { mean.count }
        var outputs: Int { deviation.count }
        var isWhitened: Bool { !matrix.isEmpty }
    }

    /// Values of a sample before.
    public let inputs: Int
    /// Nil for samples that are no images; those have pixels alone.
    public let image: ImageShape?
    /// What a row is stored as.
    public let store: Preparation.Store
    let groups: [Group]

    /// Values of a sample after.
    public var outputs: Int { groups.reduce(0) { $0 + $1.outputs } }

    static func hogCount(_ image: ImageShape) -> Int { Int(ck_hog_count(image.kernelShape)) }

    /// Floats from row to row of a matrix of `count` columns: an odd number of cache lines, zeroes past the last column as
    /// far as a product's last block reaches.
    static func stride(_ count: Int) -> Int { ((count + 79) / 80 * 80 / 16 | 1) * 16 }

    /// The preprocessing of stored rows: floats as they are, bytes put back on their scale.
    var decoding: Preprocessing {
        let count = outputs
        switch store {
        case .float32:
            return Preprocessing(
                kind: .mean, mean: .init(repeating: 0, count: count), scale: .init(repeating: 1, count: count))
        case .byte:
            return Preprocessing(kind: .standardize, mean: .init(repeating: 128, count: count), scale: steps)
        }
    }

    /// What a byte's steps are worth.
    private var steps: [Float] { groups.flatMap { $0.deviation.map { $0 > 0 ? $0 * (4.5 / 127) : 1 } } }

    /// All samples, as they are or mirrored.
    func apply(to samples: SampleMatrix, mirrored: Bool = false) -> SampleMatrix {
        let workspace = Space(self)
        let view = Preparation.View(isMirrored: mirrored)
        func fill(_ base: UnsafeMutableRawPointer) {
            for first in Swift.stride(from: 0, to: samples.count, by: Self.rowsAtOnce) {
                let rows = first..<min(first + Self.rowsAtOnce, samples.count)
                apply(to: samples, rows: rows, view: view, into: base + first * rowBytes, using: workspace)
            }
        }
        switch store {
        case .float32:
            return SampleMatrix(floats: samples.count, dimension: outputs) { buffer in
                if let base = buffer.baseAddress { fill(base) }
            }
        case .byte:
            return SampleMatrix(bytes: samples.count, dimension: outputs) { buffer in
                if let base = buffer.baseAddress { fill(base) }
            }
        }
    }

    /// Samples that are worked on together.
    static let rowsAtOnce = 250

    var rowBytes: Int { outputs * (store == .byte ? 1 : 4) }

    /// - Precondition: at most `rowsAtOnce` rows; `out` has room for their `rowBytes`.
    func apply(
        to samples: SampleMatrix, rows: Range<Int>, view: Preparation.View, into out: UnsafeMutableRawPointer,
        using space: Space
    ) {
        let width = outputs
        let floats = store == .float32 ? out.assumingMemoryBound(to: Float.self) : space.row.pointer
        var column = 0
        for (number, group) in groups.enumerated() {
            let stride = Self.stride(group.inputs)
            for row in rows {
                RawFeatures.fill(
                    space.x.pointer + (row - rows.lowerBound) * stride, group.kind, of: samples, row: row, image: image,
                    view: view, isNormalized: group.isWhitened, mean: group.mean, using: space.raw)
            }
            for i in 0..<rows.count where !group.isWhitened {
                let (from, to) = (space.x.pointer + i * stride, floats + i * width + column)
                group.scale.withUnsafeBufferPointer { scale in
                    for c in 0..<group.outputs { to[c] = from[c] * scale[c] }
                }
            }
            if group.isWhitened, let packed = space.matrices[number] {
                let stride = packed.stride
                ck_project(
                    space.kernels, Int64(rows.count), Int64(group.inputs), space.x.pointer,
                    Int64(Self.stride(group.inputs)), Int64(group.outputs), packed.matrix.pointer, space.y.pointer,
                    Int64(stride))
                for i in 0..<rows.count {
                    (floats + i * width + column).update(from: space.y.pointer + i * stride, count: group.outputs)
                }
            }
            column += group.outputs
        }
        guard store == .byte else { return }
        let bytes = out.assumingMemoryBound(to: UInt8.self)
        for i in 0..<rows.count {
            ck_quantize(Int64(width), floats + i * width, space.inverseSteps, bytes + i * width)
        }
    }

    /// Scratch memory of one thread.
    // SAFETY: used by one thread at a time.
    final class Space: @unchecked Sendable {
        let kernels = InstructionSet.current.kernels
        let raw: RawFeatures.Space
        let x: AlignedFloats
        let y: AlignedFloats
        let row: AlignedFloats
        let matrices: [(matrix: AlignedFloats, stride: Int)?]
        let inverseSteps: [Float]

        init(_ transform: FeatureTransform) {
            raw = RawFeatures.Space(dimension: transform.inputs, image: transform.image)
            let rows = FeatureTransform.rowsAtOnce
            x = AlignedFloats(count: rows * (transform.groups.map { FeatureTransform.stride($0.inputs) }.max() ?? 1))
            let kernels = kernels
            matrices = transform.groups.map { group in
                guard group.isWhitened else { return nil }
                let shape = ck_shape(dimension: Int64(group.inputs), hidden: Int64(group.outputs), classes: 1)
                let layout = ck_parameter_layout(kernels, shape)
                let packed = AlignedFloats(count: Int(layout.count))
                ck_pack(
                    kernels, shape, group.matrix + [Float](repeating: 0, count: 2 * group.outputs + 1), packed.pointer)
                return (packed, Int(layout.hidden_padded))
            }
            y = AlignedFloats(count: rows * (matrices.map { $0?.stride ?? 0 }.max() ?? 0))
            row = AlignedFloats(count: transform.store == .byte ? rows * transform.outputs : 0)
            inverseSteps = transform.steps.map { 1 / $0 }
        }
    }
}

/// The values of a group of features, before anything is subtracted.
enum RawFeatures {
    /// Scratch memory of one thread.
    // SAFETY: used by one thread at a time.
    final class Space: @unchecked Sendable {
        let kernels = InstructionSet.current.kernels
        /// An image as one of its views, and that as floats.
        let view: UnsafeMutableRawPointer
        let pixels: AlignedFloats
        let scratch: AlignedFloats
        let values: AlignedFloats
        let zeroes: AlignedFloats

        init(dimension: Int, image: ImageShape?) {
            view = .allocate(byteCount: dimension * 4 + SampleMatrix.readMargin, alignment: 64)
            view.initializeMemory(as: UInt8.self, repeating: 0, count: dimension * 4 + SampleMatrix.readMargin)
            pixels = AlignedFloats(count: dimension + 64)
            let shape = image?.kernelShape
            scratch = AlignedFloats(count: shape.map { Int(ck_hog_scratch($0)) } ?? 0)
            let most = max(shape.map { Int(ck_hog_count($0)) } ?? 0, 32 * (image?.channels ?? 0)) + 64
            values = AlignedFloats(count: most)
            zeroes = AlignedFloats(count: max(dimension, most) + 64)
        }

        deinit { view.deallocate() }
    }

    /// Writes the group's values less `mean` (nil: zeroes) and zeroes up to the stride.
    static func fill(
        _ out: UnsafeMutablePointer<Float>, _ kind: Preparation.Features, of samples: SampleMatrix, row: Int,
        image: ImageShape?, view: Preparation.View, isNormalized: Bool, mean: [Float]?, using space: Space
    ) {
        defer { withExtendedLifetime(samples) {} }
        let element = samples.element == .byte ? CK_BYTE : CK_FLOAT
        let dimension = Int64(samples.dimension)
        let original = samples.pointer + row * samples.dimension * samples.element.size
        var seen = original
        if view != Preparation.View(), let image {
            ck_view(
                image.kernelShape, Int64(samples.element.size), original, Int64(view.down), Int64(view.right),
                view.isMirrored ? 1 : 0, space.view)
            seen = UnsafeRawPointer(space.view)
        }
        func write(_ from: UnsafeRawPointer, _ element: ck_element, _ count: Int64, _ m: Float, _ scale: Float) {
            let padded = Int64(FeatureTransform.stride(Int(count)))
            guard let mean else {
                return ck_centre(space.kernels, from, element, count, m, scale, space.zeroes.pointer, out, padded)
            }
            mean.withUnsafeBufferPointer {
                ck_centre(space.kernels, from, element, count, m, scale, $0.baseAddress, out, padded)
            }
        }
        guard kind != .pixels else {
            guard isNormalized else { return write(seen, element, dimension, 0, 1) }
            // Of the image, whatever part of it a view shows.
            var (average, variance) = (0.0, 0.0)
            ck_moments(original, element, dimension, &average, &variance)
            return write(seen, element, dimension, Float(average), Float(1 / (variance + 10).squareRoot()))
        }
        guard let image else { return }
        let shape = image.kernelShape
        ck_centre(
            space.kernels, seen, element, dimension, 0, 1, space.zeroes.pointer, space.pixels.pointer, dimension)
        if kind == .hog {
            ck_hog(space.kernels, shape, space.pixels.pointer, space.scratch.pointer, space.values.pointer)
            write(UnsafeRawPointer(space.values.pointer), CK_FLOAT, ck_hog_count(shape), 0, 1)
        } else {
            ck_color(shape, space.pixels.pointer, space.values.pointer)
            write(UnsafeRawPointer(space.values.pointer), CK_FLOAT, 32 * shape.channels, 0, 1)
        }
    }
}
