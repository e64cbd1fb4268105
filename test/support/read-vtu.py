"""Reads a .vtu file with VTK, as ParaView does, and prints what it holds as JSON; arrays as base64 of their memory."""

import base64
import json
import sys

import vtk


def describe(data):
    arrays = {}
    for index in range(data.GetNumberOfArrays()):
        array = data.GetAbstractArray(index)
        if isinstance(array, vtk.vtkStringArray):
            arrays[array.GetName()] = [array.GetValue(i) for i in range(array.GetNumberOfValues())]
        else:
            arrays[array.GetName()] = encode(array)
    return arrays


def encode(array):
    return {
        "type": array.GetDataTypeAsString(),
        "components": array.GetNumberOfComponents(),
        "tuples": array.GetNumberOfTuples(),
        "base64": base64.b64encode(bytes(memoryview(array))).decode(),
    }


errors = []
reader = vtk.vtkXMLUnstructuredGridReader()
reader.AddObserver("ErrorEvent", lambda *_: errors.append("error"))
reader.SetFileName(sys.argv[1])
reader.Update()
grid = reader.GetOutput()
cells = []
for cell in range(grid.GetNumberOfCells()):
    ids = grid.GetCell(cell).GetPointIds()
    cells.extend(ids.GetId(i) for i in range(ids.GetNumberOfIds()))
print(
    json.dumps(
        {
            "errors": errors,
            "numPoints": grid.GetNumberOfPoints(),
            "numCells": grid.GetNumberOfCells(),
            "cellTypes": sorted({grid.GetCellType(i) for i in range(grid.GetNumberOfCells())}),
            "points": encode(grid.GetPoints().GetData()),
            "cells": cells,
            "pointData": describe(grid.GetPointData()),
            "cellData": describe(grid.GetCellData()),
            "fieldData": describe(grid.GetFieldData()),
        }
    )
)
