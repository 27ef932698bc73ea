import FuzzKit

@testable import NeuralCore

private let workspace = Workspace()

/// Any bytes as a model, as they are and with the checksum that belongs to them. What is accepted must be written as the
/// same bytes, and can be evaluated.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModel(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = FuzzBytes(data, count).bytes
    check(bytes)
    var writer = ByteWriter(capacity: bytes.count + 8)
    for byte in bytes { writer.append(byte) }
    writer.seal()
    check(writer.bytes)
    return 0
}

private func check(_ bytes: [UInt8]) {
    do throws(NeuralCoreError) {
        let model = try Model(decoding: bytes)
        expect(model.encoded() == bytes, "the model is written as other bytes")
        expect(model.W1.count + model.b1.count + model.W2.count + model.b2.count <= bytes.count / 4, "more weights")
        let samples = SampleMatrix(bytes: 3, dimension: model.dimension) { values in
            for index in values.indices { values[index] = UInt8(truncatingIfNeeded: 31 * index) }
        }
        let labelled = LabelledSamples(samples: samples, labels: [0, 0, 0], classes: model.classes)
        let classes = try model.predictions(on: labelled, using: workspace)
        expect(classes.count == 3 && classes.allSatisfy { Int($0) < model.classes }, "classes \(classes)")
    } catch {
        expect(!error.message.isEmpty, "a refusal says nothing")
    }
}
