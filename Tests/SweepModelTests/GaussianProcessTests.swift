import Testing

@testable import SweepModel

@Suite struct GaussianProcessTests {
    private struct Recorded: Decodable {
        struct Case: Decodable {
            let points: [[Double]]
            let values: [Double]
            let others: [[Double]]
            let logarithms: [Double]
            let mean: [Double]
            let variance: [Double]
            let log_likelihood: Double
            let slope: [Double]

            var coordinates: [MaternKernel.Coordinate] { points[0].map { _ in .metric } }
            var kernel: MaternKernel { MaternKernel(coordinates, logarithms: logarithms) }
        }
        struct Fit: Decodable {
            let name: String
            let points: [[Double]]
            let values: [Double]
            let loss: Double
        }
        let cases: [Case]
        let fits: [Fit]
    }

    private static func cases() throws -> [Recorded.Case] { try Fixture.recorded("gaussian", as: Recorded.self).cases }

    private static func isClose(_ one: Double, _ other: Double, _ error: Double = 1e-9) -> Bool {
        abs(one - other) <= error * max(abs(other), 1)
    }

    @Test func posteriorsAreThoseOfScikitLearn() throws {
        for item in try Self.cases() {
            let process = GaussianProcess(item.kernel, points: item.points, values: item.values)
            for (place, other) in item.others.enumerated() {
                let posterior = process.posterior(at: other)
                #expect(Self.isClose(posterior.mean, item.mean[place]))
                #expect(Self.isClose(posterior.variance, item.variance[place]))
            }
        }
    }

    /// Less the prior, which no other program has: its loss with values and points of nobody's is known.
    @Test func likelihoodAndSlopesAreThoseOfScikitLearn() throws {
        for item in try Self.cases() {
            let ours = KernelFit(coordinates: item.coordinates, points: item.points, values: item.values)
                .loss(item.logarithms)
            let places = item.logarithms.indices
            let (noise, signal) = (item.coordinates.count, item.coordinates.count + 1)
            let prior = places.map { place -> (z: Double, deviation: Double) in
                let (mean, deviation) = place == noise ? (-8.0, 2.0) : (0.0, 1.0)
                return ((item.logarithms[place] - mean) / deviation, deviation)
            }
            #expect(signal == places.last)
            let likelihood = prior.reduce(0) { $0 + $1.z * $1.z / 2 } - ours.loss
            #expect(Self.isClose(likelihood, item.log_likelihood))
            for place in places {
                let slope = prior[place].z / prior[place].deviation - ours.slope[place]
                #expect(Self.isClose(slope, item.slope[place], 1e-8), "\(place) of \(item.points.count) points")
            }
        }
    }

    @Test func slopesOfNominalCoordinatesAreThoseOfDifferences() {
        let points = (0..<9).map { [Double($0 % 3), Double($0) / 9] }
        let fit = KernelFit(
            coordinates: [.nominal, .metric], points: points,
            values: points.map { $0[0] == 1 ? -1 : $0[1] })
        let place = [0.3, -0.4, -3, 0.2]
        for axis in place.indices {
            var (low, high) = (place, place)
            low[axis] -= 1e-5
            high[axis] += 1e-5
            let difference = (fit.loss(high).loss - fit.loss(low).loss) / 2e-5
            #expect(Self.isClose(fit.loss(place).slope[axis], difference, 1e-7))
        }
    }

    /// The least of ten descents of scipy's from different starts: ours, three of few steps, come as near as a suggestion
    /// needs. In noise alone there are many optima, all of them chance.
    @Test func fitsAreAboutAsProbableAsThoseOfScipy() throws {
        for item in try Fixture.recorded("gaussian", as: Recorded.self).fits {
            let fit = KernelFit(
                coordinates: item.points[0].map { _ in .metric }, points: item.points, values: item.values)
            let best = fit.best()
            let loss = fit.loss(
                best.scales.map { -PlainMath.log($0) / 2 } + [PlainMath.log(best.noise), PlainMath.log(best.signal)]
            ).loss
            #expect(loss > item.loss - 1e-3, "\(item.name), \(item.points.count) points: scipy's \(item.loss), \(loss)")
            let most = item.name == "noise alone" ? 3 : 0.05
            #expect(loss < item.loss + most, "\(item.name), \(item.points.count) points: scipy's \(item.loss), \(loss)")
        }
    }

    /// A point that is taken to be at the mean leaves every mean, and the variance falls as if it had been measured.
    @Test func anAssumedPointChangesVariancesAlone() throws {
        let item = try #require(Self.cases().last)
        let (last, rest) = (item.others[7], item.others.prefix(7))
        let before = GaussianProcess(item.kernel, points: item.points, values: item.values, room: 1)
        var after = before
        after.assume(last)
        let whole = GaussianProcess(
            item.kernel, points: item.points + [last], values: item.values + [before.posterior(at: last).mean])
        for other in rest {
            let (old, new, measured) =
                (before.posterior(at: other), after.posterior(at: other), whole.posterior(at: other))
            #expect(old.mean == new.mean && new.variance < old.variance)
            #expect(Self.isClose(new.mean, measured.mean) && Self.isClose(new.variance, measured.variance))
        }
    }

    @Test func theSamePointTwiceDoesNoHarm() {
        let kernel = MaternKernel([.metric], logarithms: [0, -12, 0])
        let process = GaussianProcess(
            kernel, points: Array(repeating: [0.5], count: 40), values: Array(repeating: 1, count: 40))
        #expect(Self.isClose(process.posterior(at: [0.5]).mean, 1, 1e-3))
        #expect(process.posterior(at: [0.5]).variance > 0)
    }

    /// Held against the midpoint rule.
    @Test func expectedImprovementIsItsIntegral() {
        for z in [-6.0, -3, -1.5, -1, -0.5, 0, 0.7, 2, 5] {
            let steps = 200_000
            let width = 40.0 / Double(steps)
            let integral = (0..<steps).reduce(0.0) { sum, step in
                let u = z - 40 + (Double(step) + 0.5) * width
                return sum + (z - u) * PlainMath.exp(PlainMath.logDensity(u)) * width
            }
            #expect(Self.isClose(BayesSearch.logImprovement(z), PlainMath.log(integral), 1e-5), "\(z)")
        }
        // φ(z) / z² far out, and without a gap where the formula changes.
        for z in [-50.0, -999.9, -1000.1, -1e6] {
            let asymptote = PlainMath.logDensity(z) - 2 * PlainMath.log(-z)
            #expect(abs(BayesSearch.logImprovement(z) - asymptote) < 2e-3)
        }
    }
}
