import FoundationEssentials
import GRDB
import SweepModel

/// A row of `epochs`.
enum EpochRecord {
    private static let names = [
        "epoch", "iteration", "val_accuracy", "train_accuracy", "val_loss", "train_loss", "learning_rate", "seconds",
        "weight_norm", "update_ratio",
    ]
    /// Without the trial before them and `losses` behind.
    static let columns = names.joined(separator: ", ")
    /// The same where another table has columns of these names.
    static let qualifiedColumns = names.map { "epochs.\($0)" }.joined(separator: ", ")

    /// Reads ``columns``, and then `losses` or a NULL in its place.
    static func read(_ row: inout RowReader) throws -> EpochPoint {
        EpochPoint(
            epoch: try row.next(), iteration: try row.next(),
            metrics: TrialMetrics(
                valAccuracy: try row.number(), trainAccuracy: try row.number(), valLoss: try row.number(),
                trainLoss: try row.number()),
            learningRate: try row.number(), seconds: try row.next(), weightNorm: try row.optional(),
            updateRatio: try row.optional(), losses: try row.optional(as: Data.self).map(LossBlob.decode) ?? [])
    }
}

/// The column `losses`: for each sample the iteration as UInt32, then the loss as Float32, little-endian.
enum LossBlob {
    private static let size = 8

    /// Nil when there are none.
    static func encode(_ losses: [LossSample]) -> Data? {
        guard !losses.isEmpty else { return nil }
        var bytes = Data(capacity: losses.count * size)
        for sample in losses {
            for word in [UInt32(clamping: sample.iteration), sample.loss.bitPattern] {
                withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    /// The table has no blob of another length than a multiple of 8; what is left over of one would be dropped.
    static func decode(_ data: Data) -> [LossSample] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { index in
                func word(_ place: Int) -> UInt32 {
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * size + place, as: UInt32.self))
                }
                return LossSample(iteration: Int(word(0)), loss: Float(bitPattern: word(4)))
            }
        }
    }
}
