import Testing

@testable import Plots

@Suite struct ScalesPaletteTests {
    private static let palettes = [Palette.light, Palette.dark]

    @Test(arguments: palettes) func everyCategoryStandsOutFromTheBackground(palette: Palette) {
        #expect(palette.categories.count == 8)
        for color in palette.categories + [palette.accent, palette.bad] {
            #expect(color.contrast(to: palette.background) >= 3, "\(color.hex)")
        }
        #expect(palette.muted.contrast(to: palette.background) >= 2.9)
    }

    @Test(arguments: palettes) func textIsReadable(palette: Palette) {
        #expect(palette.ink.contrast(to: palette.background) >= 7)
        #expect(palette.quietInk.contrast(to: palette.background) >= 4.5)
        #expect(palette.quietInk.contrast(to: palette.surface) >= 4.5)
        for (step, color) in palette.scale.enumerated() {
            let t = Double(step) / Double(Palette.scaleSteps - 1)
            let ink = palette.ink(of: Palette.CellText(t: t))
            #expect(color.contrast(to: ink) >= 4.5, "step \(step)")
        }
    }

    @Test(arguments: palettes) func theScaleGoesInEqualStepsAwayFromTheBackground(palette: Palette) {
        let places = palette.scale.map { OKLab($0) }
        let steps = zip(places, places.dropFirst()).map { $0.distance(to: $1) }
        let mean = steps.reduce(0, +) / Double(steps.count)
        // Rounding to 8 bits moves a colour by up to half a unit.
        #expect(steps.allSatisfy { ($0 / mean - 1).magnitude < 0.35 })
        let away = palette.scale.map { $0.contrast(to: palette.background) }
        #expect(zip(away, away.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(arguments: palettes) func linesOnTheScaleAreVisibleAtBothEnds(palette: Palette) {
        #expect(palette.color(.scale(0)).contrast(to: palette.background) >= 1.8)
        #expect(palette.color(.scale(1)) == palette.scale[63])
    }

    /// Linear RGB as seen without one kind of cones: G. Machado et al., *A Physiologically-based Model for Simulation
    /// of Color Vision Deficiency*, 2009, severity 1.
    private static let blindness: [[[Double]]] = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    ]

    @Test(arguments: palettes, blindness) func categoriesStayApartForEveryEye(palette: Palette, matrix: [[Double]]) {
        let seen = (palette.categories + [palette.accent, palette.bad]).map { color in
            OKLab(RGB(linear: matrix.map { row in zip(row, color.linear).reduce(0) { $0 + $1.0 * $1.1 } }))
        }
        for (index, color) in seen.enumerated() {
            for other in seen[(index + 1)...] { #expect(color.distance(to: other) > 0.06) }
        }
    }

    @Test func anyToneHasAColor() {
        for tone in [Tone.category(-1), .category(.min), .category(.max), .scale(.nan), .scale(-1), .scale(.infinity)] {
            _ = Palette.light.color(tone)
        }
        #expect(Palette.light.category(8) == Palette.light.categories[0])
        #expect(Palette.light.category(-1) == Palette.light.categories[7])
        #expect(Palette.step(cell: 2) == 63 && Palette.step(cell: -1) == 0 && Palette.step(line: 1) == 63)
    }
}
