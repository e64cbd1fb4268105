import "@kitware/vtk.js/Rendering/OpenGL/Profiles/Geometry.js";
import "@kitware/vtk.js/Rendering/OpenGL/Profiles/Glyph.js";
import vtkDataArray from "@kitware/vtk.js/Common/Core/DataArray.js";
import vtkPlane from "@kitware/vtk.js/Common/DataModel/Plane.js";
import vtkPolyData from "@kitware/vtk.js/Common/DataModel/PolyData.js";
import vtkArrowSource from "@kitware/vtk.js/Filters/Sources/ArrowSource.js";
import vtkInteractorStyleTrackballCamera from "@kitware/vtk.js/Interaction/Style/InteractorStyleTrackballCamera.js";
import vtkActor from "@kitware/vtk.js/Rendering/Core/Actor.js";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction.js";
import vtkGlyph3DMapper from "@kitware/vtk.js/Rendering/Core/Glyph3DMapper.js";
import vtkMapper from "@kitware/vtk.js/Rendering/Core/Mapper.js";
import vtkRenderer from "@kitware/vtk.js/Rendering/Core/Renderer.js";
import vtkRenderWindow from "@kitware/vtk.js/Rendering/Core/RenderWindow.js";
import vtkRenderWindowInteractor from "@kitware/vtk.js/Rendering/Core/RenderWindowInteractor.js";
import vtkOpenGLRenderWindow from "@kitware/vtk.js/Rendering/OpenGL/RenderWindow.js";
import type { Matrix3, Vector3 } from "../../core/tensor.js";
import { sequentialColor } from "../../plots/color-map.js";
import type { SceneArrows, SceneTriangles } from "./scene-data.js";

/** A plane that hides what lies on the side of its normal. */
export interface ClippingPlane {
  readonly normal: Vector3;
  readonly offset: number;
}

/** Colours of the range, told apart. */
const NUM_COLORS = 32;

/** One colour where nothing is measured: the sky blue of the charts. */
const PLAIN: [number, number, number] = [0.34, 0.71, 0.91];

/** Surfaces, a cut, arrows and the edges of the unit cell, seen in space and turned by the mouse. */
export class View3d {
  readonly #container: HTMLElement;
  readonly #window = vtkRenderWindow.newInstance();
  readonly #renderer = vtkRenderer.newInstance({ background: [1, 1, 1] });
  readonly #view = vtkOpenGLRenderWindow.newInstance();
  readonly #interactor = vtkRenderWindowInteractor.newInstance();
  readonly #colors = vtkColorTransferFunction.newInstance();
  readonly #resize: ResizeObserver;
  readonly #surface = new TriangleActors(this.#renderer, false);
  readonly #cut = new TriangleActors(this.#renderer, true);
  readonly #outline = vtkActor.newInstance();
  #arrows: vtkActor | null = null;
  #isDisposed = false;

  constructor(container: HTMLElement) {
    this.#container = container;
    this.#window.addRenderer(this.#renderer);
    this.#window.addView(this.#view);
    this.#view.setContainer(container);
    this.#interactor.setView(this.#view);
    this.#interactor.initialize();
    this.#interactor.setContainer(container);
    this.#interactor.setInteractorStyle(vtkInteractorStyleTrackballCamera.newInstance());
    this.#outline.getProperty().setColor(0.45, 0.45, 0.45);
    this.#outline.getProperty().setLighting(false);
    this.#resize = new ResizeObserver(() => {
      this.#fit();
      this.render();
    });
    this.#resize.observe(container);
    this.#fit();
  }

  /** Whether this browser can draw at all. */
  static isSupported(): boolean {
    return document.createElement("canvas").getContext("webgl2") !== null;
  }

  /** Values at both ends of the colours. */
  setRange([low, high]: readonly [number, number]): void {
    const end = high > low ? high : low + Math.max(1e-12, 1e-6 * Math.abs(low));
    this.#colors.removeAllPoints();
    for (let i = 0; i <= NUM_COLORS; i++) {
      const color = sequentialColor(i / NUM_COLORS);
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
      this.#colors.addRGBPoint(low + (i / NUM_COLORS) * (end - low), r, g, b);
    }
    this.#colors.setMappingRange(low, end);
  }

  /** The surface, at every shift; coloured by its values, or plain. */
  setSurface(
    triangles: SceneTriangles | null,
    isColored: boolean,
    shifts: readonly Vector3[] = [[0, 0, 0]],
  ): void {
    this.#surface.show(triangles, isColored ? this.#colors : null, shifts);
  }

  /** What lies in the plane of the cut. */
  setCut(triangles: SceneTriangles | null, isColored: boolean): void {
    this.#cut.show(triangles, isColored ? this.#colors : null, [[0, 0, 0]]);
  }

  /** Hides the part of the surface beyond a plane. */
  setClipping(plane: ClippingPlane | null): void {
    this.#surface.clip(plane);
  }

  /** Arrows coloured by their lengths; the longest reaches over three of their distances. */
  setArrows(arrows: SceneArrows | null): void {
    if (this.#arrows !== null) this.#renderer.removeActor(this.#arrows);
    this.#arrows = null;
    if (arrows === null || arrows.lengths.length === 0) return;
    const { points, vectors, lengths, spacing } = arrows;
    const data = vtkPolyData.newInstance();
    data.getPoints().setData(points, 3);
    data
      .getPointData()
      .addArray(vtkDataArray.newInstance({ name: "chi", values: vectors, numberOfComponents: 3 }));
    const scalars = vtkDataArray.newInstance({ name: "length", values: lengths, numberOfComponents: 1 });
    data.getPointData().setScalars(scalars);
    const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
    const mapper = vtkGlyph3DMapper.newInstance({
      orientationArray: "chi",
      scaleArray: "length",
      scaleFactor: longest > 0 ? (3 * spacing) / longest : 1,
    });
    mapper.setInputData(data, 0);
    mapper.setInputConnection(
      vtkArrowSource.newInstance({ tipResolution: 8, shaftResolution: 6 }).getOutputPort(),
      1,
    );
    mapper.setLookupTable(this.#colors);
    mapper.setUseLookupTableScalarRange(true);
    this.#arrows = vtkActor.newInstance();
    this.#arrows.setMapper(mapper);
    this.#renderer.addActor(this.#arrows);
  }

  /** The edges of a parallelepiped; its copies' too, where there are several. */
  setOutline(origin: Vector3, vectors: Matrix3, copies: number): void {
    const corner = (i: number): number[] =>
      [0, 1, 2].map((d) =>
        vectors.reduce((sum, vector, k) => sum + (((i >> k) & 1) === 1 ? copies * vector[d] : 0), origin[d]),
      );
    const lines: number[] = [];
    for (let i = 0; i < 8; i++)
      for (let k = 0; k < 3; k++) if (((i >> k) & 1) === 0) lines.push(2, i, i | (1 << k));
    const data = vtkPolyData.newInstance();
    data.getPoints().setData(Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7].flatMap(corner)), 3);
    data.getLines().setData(Uint32Array.from(lines));
    const mapper = vtkMapper.newInstance({ scalarVisibility: false });
    mapper.setInputData(data);
    this.#outline.setMapper(mapper);
    // An actor without a mapper cannot be drawn.
    this.#renderer.addActor(this.#outline);
  }

  /** Looks at everything from the side that the figures of the paper are seen from. */
  resetCamera(zoom = 1): void {
    const camera = this.#renderer.getActiveCamera();
    camera.setFocalPoint(0, 0, 0);
    camera.setPosition(1, -1.6, 0.8);
    camera.setViewUp(0, 0, 1);
    camera.setViewAngle(30);
    this.#renderer.resetCamera();
    camera.zoom(zoom);
  }

  render(): void {
    if (this.#isDisposed) return;
    this.#renderer.resetCameraClippingRange();
    this.#window.render();
  }

  /** The picture as a data: URL of a PNG. */
  async capture(): Promise<string> {
    const picture = this.#view.captureNextImage("image/png");
    this.render();
    if (picture === null) throw new Error("the picture cannot be taken");
    return picture;
  }

  /** Frees what the browser holds for the view; nothing is drawn after that. */
  dispose(): void {
    this.#isDisposed = true;
    this.#resize.disconnect();
    this.#interactor.setContainer(null);
    this.#interactor.delete();
    this.#view.setContainer(null);
    this.#window.removeView(this.#view);
    this.#view.delete();
    this.#container.replaceChildren();
  }

  #fit(): void {
    const { width, height } = this.#container.getBoundingClientRect();
    const ratio = window.devicePixelRatio;
    this.#view.setSize(Math.max(1, Math.floor(ratio * width)), Math.max(1, Math.floor(ratio * height)));
  }
}

/** The same triangles once or several times, moved. */
class TriangleActors {
  readonly #renderer: vtkRenderer;
  readonly #isFlat: boolean;
  #actors: vtkActor[] = [];
  #mapper: vtkMapper | null = null;
  #plane: ClippingPlane | null = null;

  /** @param isFlat whether colours are shown as they are, without light */
  constructor(renderer: vtkRenderer, isFlat: boolean) {
    this.#renderer = renderer;
    this.#isFlat = isFlat;
  }

  show(
    triangles: SceneTriangles | null,
    colors: vtkColorTransferFunction | null,
    shifts: readonly Vector3[],
  ): void {
    for (const actor of this.#actors) this.#renderer.removeActor(actor);
    this.#actors = [];
    this.#mapper = null;
    if (triangles === null || triangles.polygons.length === 0) return;
    const data = vtkPolyData.newInstance();
    data.getPoints().setData(triangles.points, 3);
    data.getPolys().setData(triangles.polygons);
    const mapper = vtkMapper.newInstance({
      scalarVisibility: colors !== null,
      useLookupTableScalarRange: true,
    });
    if (colors !== null) {
      const values = vtkDataArray.newInstance({
        name: "values",
        values: triangles.values,
        numberOfComponents: 1,
      });
      data.getPointData().setScalars(values);
      mapper.setLookupTable(colors);
      mapper.setInterpolateScalarsBeforeMapping(true);
    }
    mapper.setInputData(data);
    this.#mapper = mapper;
    this.clip(this.#plane);
    this.#actors = shifts.map(([x, y, z]) => {
      const actor = vtkActor.newInstance();
      actor.setMapper(mapper);
      actor.setPosition(x, y, z);
      actor.getProperty().setColor(...PLAIN);
      actor.getProperty().setAmbient(this.#isFlat ? 1 : 0.6);
      actor.getProperty().setDiffuse(this.#isFlat ? 0 : 0.45);
      this.#renderer.addActor(actor);
      return actor;
    });
  }

  clip(plane: ClippingPlane | null): void {
    this.#plane = plane;
    if (this.#mapper === null) return;
    this.#mapper.removeAllClippingPlanes();
    if (plane === null) return;
    const { normal, offset } = plane;
    const origin = normal.map((n) => n * offset) as [number, number, number];
    // What is kept lies on the side of the plane's normal.
    this.#mapper.addClippingPlane(
      vtkPlane.newInstance({ normal: [-normal[0], -normal[1], -normal[2]], origin }),
    );
  }
}
