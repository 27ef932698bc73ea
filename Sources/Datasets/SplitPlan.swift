/// How many samples of a source's pools each split takes.
struct SplitPlan: Sendable, Equatable {
    let train: Int
    let validation: Int
    /// What `testCount` checks; nil for the default.
    private let wantedTest: Int?
    private let available: Int
    private let name: String

    init(_ reference: DatasetReference, _ contents: SourceContents) throws(DatasetError) {
        name = reference.name
        for (split, count) in [
            ("train", reference.train), ("validation", reference.validation), ("test", reference.test),
        ] {
            if let count, count < 1 {
                throw DatasetError(.tooFewSamples, "\(split) of data set \(name) is \(count); it must be at least 1")
            }
        }
        (train, validation) = try Self.trainingSplits(reference, contents)
        available = contents.test
        wantedTest = reference.test ?? (name == "cifar10" ? min(1000, contents.test) : name == "synthetic" ? 500 : nil)
    }

    /// Samples to test on, or nil when there is no test set and none was asked for.
    func testCount() throws(DatasetError) -> Int? {
        guard let wantedTest else { return available == 0 ? nil : available }
        guard wantedTest <= available else {
            throw DatasetError(
                .tooFewSamples,
                "test of data set \(name) is \(wantedTest), but there are \(available) test samples; ask for fewer")
        }
        return wantedTest
    }

    private static func trainingSplits(
        _ reference: DatasetReference, _ contents: SourceContents
    ) throws(DatasetError) -> (train: Int, validation: Int) {
        if let stored = contents.validation {
            return (
                try take(reference.train ?? contents.training, of: contents.training, "train", reference.name),
                try take(reference.validation ?? stored, of: stored, "validation", reference.name)
            )
        }
        let total = contents.training
        var defaults =
            switch reference.name {
            case "cifar10": (train: 49000, validation: 1000)
            case "mnist", "fashion-mnist": (train: 55000, validation: 5000)
            case "synthetic": (train: 2000, validation: 500)
            default: (train: total - max(1, total / 10), validation: max(1, total / 10))
            }
        if defaults.train + defaults.validation > total {
            defaults = (total - max(1, total / 10), max(1, total / 10))
        }
        let validation = try take(
            reference.validation ?? max(1, min(defaults.validation, total - (reference.train ?? 0))),
            of: total, "validation", reference.name)
        let train = reference.train ?? min(defaults.train, total - validation)
        guard train >= 1, train <= total - validation else {
            throw DatasetError(
                .tooFewSamples,
                "train \(train) and validation \(validation) of data set \(reference.name) are more than its "
                    + "\(total) training samples; ask for fewer"
            )
        }
        return (train, validation)
    }

    private static func take(
        _ count: Int, of total: Int, _ split: String, _ name: String
    ) throws(DatasetError) -> Int {
        guard count <= total, count >= 1 else {
            throw DatasetError(
                .tooFewSamples,
                "\(split) of data set \(name) is \(count), but there are \(total) samples; ask for fewer")
        }
        return count
    }
}
