import NeuralCore

extension DatasetLocator {
    /// Reads all of a data set and reports what it is: sizes, labels, checksums. Test samples are only counted.
    public func check(_ reference: DatasetReference) throws(DatasetError) -> DatasetCheck {
        let source = try source(of: reference)
        let contents = try source.contents()
        let plan = try SplitPlan(reference, contents)
        let generated = reference.name == "synthetic"
        let trainCount = generated ? plan.train + plan.validation : contents.training
        let testCount = generated ? try plan.testCount() ?? 0 : contents.test

        let pool = try source.read(.training, count: trainCount, contents: contents)
        var counts = Self.classCounts(pool)
        let training: TrainingData
        if let stored = contents.validation {
            let validation = try source.read(.validation, count: stored, contents: contents)
            for (label, count) in Self.classCounts(validation).enumerated() { counts[label] += count }
            training = TrainingData(
                train: pool.slice(0..<plan.train), validation: validation.slice(0..<plan.validation))
        } else {
            let end = plan.train + plan.validation
            training = TrainingData(train: pool.slice(0..<plan.train), validation: pool.slice(plan.train..<end))
        }
        let testCounts =
            testCount == 0
            ? [Int](repeating: 0, count: contents.classes)
            : Self.classCounts(try source.read(.test, count: testCount, contents: contents))
        let files = try files(of: source, name: reference.name)
        return DatasetCheck(
            name: reference.name, location: source.location, layout: source.layout,
            trainSamples: counts.reduce(0, +), testSamples: testCount, dimension: contents.dimension,
            classNames: contents.classNames, trainClassCounts: counts, testClassCounts: testCounts,
            digest: DatasetDigest.of(training), files: files,
            remarks: remarks(contents, counts, files))
    }

    /// The same for a data set by its name, or for an `.npz` file by its path.
    public func check(_ name: String) throws(DatasetError) -> DatasetCheck {
        try check(
            name.hasSuffix(".npz") ? DatasetReference(name: "npz", path: name) : DatasetReference(name: name))
    }

    private static func classCounts(_ samples: LabelledSamples) -> [Int] {
        var counts = [Int](repeating: 0, count: samples.classes)
        for label in samples.labels { counts[Int(label)] += 1 }
        return counts
    }

    private func files(
        of source: any SampleSource, name dataset: String
    ) throws(DatasetError) -> [DatasetCheck.File] {
        let sums = DatasetCatalog.contentSums[dataset] ?? [:]
        var files: [DatasetCheck.File] = []
        for path in source.files() {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            // `train-images-idx3-ubyte.gz` is listed as `train-images`, `data_batch_1` under its whole name.
            let published = sums[name] ?? sums.first { $0.key.contains("-") && name.hasPrefix($0.key) }?.value
            let sum = try DatasetDigest.contentMD5(of: path)
            files.append(
                DatasetCheck.File(
                    name: name, bytes: try InputFile(path).size, md5: sum, official: published.map { $0 == sum }))
        }
        return files
    }

    private func remarks(_ contents: SourceContents, _ counts: [Int], _ files: [DatasetCheck.File]) -> [String] {
        var remarks: [String] = []
        if contents.test == 0 { remarks.append("there is no test split, so no model can be promoted") }
        let empty = counts.indices.filter { counts[$0] == 0 }.map { contents.classNames[$0] }
        if !empty.isEmpty {
            remarks.append("no training sample of class \(empty.prefix(10).joined(separator: ", "))")
        }
        let strange = files.filter { $0.official == false }.map(\.name)
        if !strange.isEmpty { remarks.append("not the published contents: \(strange.joined(separator: ", "))") }
        return remarks
    }
}
